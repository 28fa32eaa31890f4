import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { unwrap } from "latchkey";
import { openAuth } from "../../../src/cli/open-auth.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const node = ["--conditions=latchkey-source", "--disable-warning=ExperimentalWarning"];

/** The password of every account that `createAccount` makes. */
export const password = "quiet harbour lantern";

export interface Account {
  email: string;
  username: string;
}

/** The real application in a separate process, over an empty database in a folder that is removed at the end. */
export interface RunningApplication {
  origin: string;
  /** Makes a confirmed account with unique names, or with this username. */
  createAccount(name: string, roles?: string[], username?: string): Promise<Account>;
  /** Ages every session of an account until its proof is no longer fresh. */
  makeStale(email: string): Promise<void>;
  /** Runs the command line on the application's database and resolves with its output. */
  commandLine(...words: string[]): Promise<string>;
  /** Ends the process. Throws if it logged an error. */
  stop(): Promise<void>;
}

interface LogLine {
  level: string;
  message: string;
  origin?: string;
}

/** Starts `app/main.ts` on a free port; `variables` go into its environment. */
export async function startApplication(variables: Record<string, string> = {}): Promise<RunningApplication> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-browser-"));
  const environment = {
    PATH: process.env.PATH,
    DATABASE_URL: `sqlite:${join(folder, "latchkey.db")}`,
    LOG_LEVEL: "info",
    ...variables,
  };
  const child = spawn(process.execPath, [...node, "app/main.ts"], {
    cwd: ROOT,
    env: { ...environment, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  const errors: string[] = [];
  const origin = await listening(child, errors);
  const auth = await openAuth({ ...environment, ORIGIN: origin });
  let count = 0;

  return {
    origin,
    async createAccount(name, roles = [], username = undefined) {
      count += 1;
      const account = { email: `${name}.${count}@example.org`, username: username ?? `${name}-${count}` };
      await unwrap(auth.users.create({ ...account, password, roles }));
      return account;
    },
    async makeStale(email) {
      await auth.database.run(
        `UPDATE sessions SET authenticated_at = authenticated_at - 3600000
         WHERE user_id = (SELECT id FROM users WHERE email = $1)`,
        email,
      );
    },
    async commandLine(...words) {
      const { execFile } = await import("node:child_process");
      const { stdout } = await promisify(execFile)(process.execPath, [...node, "src/cli/main.ts", ...words], {
        cwd: ROOT,
        env: { ...environment, ORIGIN: origin },
      });
      return stdout;
    },
    async stop() {
      await auth.close();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      process.removeListener("exit", kill);
      await rm(folder, { recursive: true, force: true });
      if (errors.length > 0) throw new Error(`The application logged errors:\n${errors.join("\n")}`);
    },
  };
}

/** Follows the application's log. Resolves with its origin once it listens. */
function listening(child: ChildProcess, errors: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The application ended with ${code} before it listened.`)));
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", (text) => {
      const line = JSON.parse(text) as LogLine;
      if (line.level === "error" || line.level === "fatal") errors.push(text);
      if (line.message === "listening") resolve(line.origin as string);
    });
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAuth, unwrap } from "latchkey";
import { freePort } from "../../support/free-port.ts";
import { type Account, password } from "./application.ts";

/** An example in a separate process, over an empty database in a folder that is removed at the end. */
export interface RunningExample {
  origin: string;
  /** Makes a confirmed account, as an operator does. */
  createAccount(name: string, roles?: string[]): Promise<Account>;
  stop(): Promise<void>;
}

/** Starts a file of `examples/` on a free port. */
export async function startExample(file: string): Promise<RunningExample> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-example-"));
  const database = `sqlite:${join(folder, "example.db")}`;
  const port = await freePort();
  const root = join(import.meta.dirname, "..", "..", "..");
  const child = spawn(
    process.execPath,
    ["--conditions=latchkey-source", "--no-warnings", join("examples", file)],
    {
      cwd: root,
      env: { PATH: process.env.PATH, PORT: String(port), DATABASE_URL: database },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  await listening(child);
  const origin = `http://localhost:${port}`;
  const auth = createAuth({ origin, database });
  return {
    origin,
    async createAccount(name, roles = []) {
      const account = { email: `${name}@example.org`, username: name };
      await unwrap(auth.users.create({ ...account, password, roles }));
      return account;
    },
    async stop() {
      await auth.close();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      process.removeListener("exit", kill);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves with the first printed line: then the example listens. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The example ended with ${code} before it listened.`)));
    child.stdout?.once("data", () => resolve());
  });
}

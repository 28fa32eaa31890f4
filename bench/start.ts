/* The time to the application's first answer, the cost of importing the library, and the memory it holds. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Figure, milliseconds, report, times } from "./figure.ts";
import { inTurns, median, medianRatio } from "./measure.ts";

const ROUNDS = 9;
const root = fileURLToPath(new URL("..", import.meta.url));
const application = join(root, "app/main.ts");
/** As `npm start` starts it. */
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: { start: string };
};
const startArguments = scripts.start.split(" ").slice(1);
mkdirSync(join(root, ".cache"), { recursive: true });
const folder = mkdtempSync(join(root, ".cache/start-"));

async function node(args: string[]): Promise<number> {
  const before = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}.`);
  return performance.now() - before;
}

/** The published library. */
async function build(): Promise<string> {
  await node(["scripts/build.ts"]);
  return join(root, "dist/index.js");
}

/** Milliseconds of the import inside a fresh process. */
async function importing(what: string): Promise<number> {
  const script = `const before = performance.now(); await import(${JSON.stringify(what)}); console.log(performance.now() - before)`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], { cwd: root });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  await once(child, "close");
  if (!Number.isFinite(Number.parseFloat(text))) throw new Error(`${what} can't be imported.`);
  return Number.parseFloat(text);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Resident bytes by the kernel's count, or null if the kernel doesn't report them. */
function resident({ pid }: ChildProcess): number | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(file, "utf8"))?.[1]) * 1024;
}

interface Started {
  firstAnswerMs: number;
  /** A second after the first answer; with `collect` after a forced collection as well. */
  restingBytes: number | null;
}

/** Lets a process collect its garbage on demand. It costs memory, so it is present only if used. */
const collector = [
  "--expose-gc",
  "--import",
  `data:text/javascript,process.on("SIGUSR2",()=>{for(let i=0;i<3;i++)globalThis.gc()})`,
];

async function start(database: string, { collect }: { collect: boolean }): Promise<Started> {
  const port = await freePort();
  const before = performance.now();
  const child = spawn(process.execPath, [...(collect ? collector : []), ...startArguments], {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), DATABASE_URL: database, LOG_LEVEL: "silent" },
    stdio: ["ignore", "ignore", "inherit"],
  });
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  let firstAnswerMs = 0;
  while (firstAnswerMs === 0) {
    if (ended) throw new Error("The application ended before it answered.");
    const answer = await fetch(`http://127.0.0.1:${port}/login`).catch(() => null);
    if (answer?.ok) firstAnswerMs = performance.now() - before;
    else await delay(2);
  }
  await delay(1000);
  if (collect) {
    child.kill("SIGUSR2");
    await delay(500);
  }
  const restingBytes = resident(child);
  child.kill("SIGTERM");
  if (!ended) await once(child, "exit");
  return { firstAnswerMs, restingBytes };
}

/** The memory of idle Node. */
async function emptyProgramBytes(): Promise<number | null> {
  const child = spawn(process.execPath, ["--eval", "setTimeout(() => undefined, 60_000)"], {
    stdio: "ignore",
  });
  await delay(1000);
  const bytes = resident(child);
  child.kill("SIGTERM");
  await once(child, "exit");
  return bytes;
}

const figures: Figure[] = [];
try {
  const library = pathToFileURL(await build()).href;
  const spent = await inTurns(ROUNDS, {
    hono: () => importing("hono"),
    latchkey: () => importing(library),
  });
  const ms = median(spent.latchkey);
  figures.push({
    name: '`import "latchkey"`, built',
    measured: milliseconds(ms),
    against: `\`import "hono"\` ${milliseconds(median(spent.hono))}`,
    ratio: times(medianRatio(spent.latchkey, spent.hono)),
    target: "≤ 80 ms",
    met: ms <= 80,
  });

  if (existsSync(application)) {
    const database = `sqlite:${join(folder, "app.db")}`;
    const memory = { resting: [] as number[], collected: [] as number[], empty: [] as number[] };
    const taken = await inTurns(ROUNDS, {
      empty: async () => {
        memory.empty.push((await emptyProgramBytes()) ?? Number.NaN);
        return node(["--eval", ""]);
      },
      application: async () => {
        const { firstAnswerMs, restingBytes } = await start(database, { collect: false });
        memory.resting.push(restingBytes ?? Number.NaN);
        return firstAnswerMs;
      },
      collected: async () => {
        const { firstAnswerMs, restingBytes } = await start(database, { collect: true });
        memory.collected.push(restingBytes ?? Number.NaN);
        return firstAnswerMs;
      },
    });
    const answered = median(taken.application);
    figures.push({
      name: "start to the first answered request",
      measured: milliseconds(answered),
      against: `empty program ${milliseconds(median(taken.empty))}`,
      ratio: times(medianRatio(taken.application, taken.empty)),
      target: "≤ 500 ms",
      met: answered <= 500,
    });
    const megabytes = (bytes: readonly number[]) => `${(median(bytes) / 1e6).toFixed(0)} MB`;
    if (existsSync("/proc/self/status")) {
      figures.push({
        name: "resident memory of the idle application",
        measured: `${megabytes(memory.resting)}, after a collection ${megabytes(memory.collected)}`,
        against: `empty program ${megabytes(memory.empty)}`,
        ratio: times(median(memory.resting) / median(memory.empty)),
        target: "≤ 90 MB",
        met: median(memory.resting) <= 90e6,
      });
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report(figures);

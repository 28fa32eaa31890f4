import type { Context, MiddlewareHandler } from "hono";
import { type Auth, LatchkeyError } from "latchkey";
import type { Registry } from "prom-client";

interface Observation {
  route: string;
  method: string;
  status: string;
  seconds: number;
}

interface Recorder {
  registry: Registry;
  record(observation: Observation): void;
}

const BUCKETS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

async function createRecorder(auth: Auth): Promise<Recorder> {
  const { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } = await import("prom-client");
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_request_duration_seconds",
    help: "How long answers took, by the first segment of the path",
    labelNames: ["route", "method", "status"],
    buckets: BUCKETS_SECONDS,
    registers: [registry],
  });
  const count = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers: [registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const sessions = () => auth.metrics().sessions;
  const hashing = () => auth.metrics().hashing;
  count("latchkey_session_reads_total", "Sessions read from the database", () => sessions().reads);
  count("latchkey_session_hits_total", "Sessions answered from memory", () => sessions().hits);
  count("latchkey_session_writes_total", "Session writes", () => sessions().writes);
  count("latchkey_hashing_refused_total", "Password hashes refused at capacity", () => hashing().refused);
  gauge("latchkey_hashing_running", "Password hashes being computed", () => hashing().running);
  gauge("latchkey_hashing_waiting", "Password hashes waiting for a slot", () => hashing().waiting);
  return {
    registry,
    record: ({ seconds, ...labels }) => duration.observe(labels, seconds),
  };
}

/** Only a program on this machine may read them, and only without a proxy. */
// Row KY-07.
function isLocal(c: Context): boolean {
  const forwarded = ["x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip"];
  if (forwarded.some((name) => c.req.header(name) !== undefined)) return false;
  const env = c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined;
  const address = env?.incoming?.socket?.remoteAddress?.replace(/^::ffff:/, "") ?? "";
  return address === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address);
}

/**
 * Counts and durations of answers by route group, and the library's own numbers. The package prom-client takes 50 ms to
 * load, so it loads after the first answer. Earlier answers are counted then.
 */
export function createMetrics(auth: Auth): { observe: MiddlewareHandler; show: MiddlewareHandler } {
  const groups = new Set(["posts", "dashboard", "healthz", "readyz", "metrics", "dev", "assets"]);
  for (const { path } of auth.routes) groups.add(path.split("/")[1] as string);
  const early: Observation[] = [];
  let loading: Promise<Recorder> | undefined;
  let recorder: Recorder | undefined;

  async function load(): Promise<Recorder> {
    const loaded = await createRecorder(auth);
    for (const observation of early.splice(0)) loaded.record(observation);
    recorder = loaded;
    return loaded;
  }

  /** The first segment. Undeclared paths share one name, so that visitors can't invent labels. */
  function groupOf(path: string): string {
    if (path === "/") return "/";
    const segment = path.split("/", 2)[1] ?? "";
    return groups.has(segment) ? `/${segment}` : "other";
  }

  return {
    async observe(c, next) {
      const began = performance.now();
      await next();
      const seconds = (performance.now() - began) / 1000;
      const { method } = c.req;
      const observation = { route: groupOf(c.req.path), method, status: String(c.res.status), seconds };
      if (recorder !== undefined) recorder.record(observation);
      else {
        early.push(observation);
        loading ??= new Promise((resolve, reject) => setImmediate(() => load().then(resolve, reject)));
        loading.catch(() => undefined);
      }
    },
    async show(c) {
      if (!isLocal(c)) return auth.adapter.refuse(c.req.raw, new LatchkeyError("not_found"));
      loading ??= load();
      const { registry } = await loading;
      return c.body(await registry.metrics(), 200, { "Content-Type": registry.contentType });
    },
  };
}

import type { Auth } from "latchkey";
import { type Environment, readEnvironment } from "latchkey/environment";
import { refuseFlood } from "latchkey/node";
import { createApplication } from "./application.ts";
import { createLog, type Log } from "./logging.ts";
import { createHttpServer, type HttpServer } from "./server.ts";

const REFUSALS_EVERY_MS = 10_000;

/**
 * Starts the application and resolves when it answers. The port is taken first: then an accidental second start touches
 * no database, and `PORT=0` knows its origin. Rejects with the reason for a failed start.
 */
export async function start(variables: Record<string, string | undefined>): Promise<void> {
  const first = readEnvironment(variables);
  const log = createLog(first.logLevel);
  const server = createHttpServer({ log, https: first.origin.startsWith("https:") });
  const port = await server.listen(first.port, first.host);
  const environment = readEnvironment({ ...variables, PORT: String(port) });
  const { app, auth, close } = await createApplication(environment, { log });
  server.answerWith(app.fetch, (request, response) => refuseFlood(auth, request, response));
  logRefusals(auth, log);
  endOnSignals(server, log, close);
  endOnBug(log);
  const { host, origin } = environment;
  if (isExposed(environment)) {
    log.warn(
      { host, origin },
      "development mode, but other machines may reach it: /dev/mailbox shows them all mail; set NODE_ENV=production",
    );
  }
  log.info({ host, port, origin }, "listening");
}

/** Refusals of a flood have no separate lines. One line gives their number. */
function logRefusals(auth: Auth, log: Log): void {
  let before = 0;
  setInterval(() => {
    const { refused } = auth.metrics().hashing;
    if (refused > before)
      log.warn({ refused: refused - before }, "sign-ins were refused: hashing is at capacity");
    before = refused;
  }, REFUSALS_EVERY_MS).unref();
}

/** Whether other machines may open the pages for development. */
function isExposed({ production, host, origin }: Environment): boolean {
  return !production && (origin.startsWith("https:") || !/^(localhost|127\.\d+\.\d+\.\d+|::1)$/.test(host));
}

/** On a signal of the process manager or Ctrl+C: finish running requests, write pending data, and exit. */
function endOnSignals(server: HttpServer, log: Log, close: () => Promise<void>): void {
  let ending = false;
  const end = async (signal: string) => {
    if (ending) return;
    ending = true;
    log.info({ signal }, "stopping");
    await server.stop();
    await close();
    log.info({}, "stopped");
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => void end(signal));
}

/**
 * After an unexpected error the state is unknown, so the process ends and is started again. An unhandled promise
 * rejection is a failed side task. It is logged, and requests continue.
 */
function endOnBug(log: Log): void {
  process.on("unhandledRejection", (reason) => {
    log.error(
      { stack: reason instanceof Error ? reason.stack : String(reason) },
      "unhandled promise rejection",
    );
  });
  process.on("uncaughtException", (error) => {
    log.fatal({ stack: error.stack }, "unexpected error; stopping");
    process.exit(1);
  });
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A program of this folder in a separate process, so that the load doesn't slow the server down. */
export interface Child {
  readonly process: ChildProcess;
  /** Sends a message and returns the answer. One at a time. */
  ask<Answer>(message: unknown): Promise<Answer>;
  stop(): Promise<void>;
}

/** Starts it, with these flags of Node besides ours, and returns with its first message. */
export async function startChild<Ready>(
  file: string,
  flags: readonly string[] = [],
): Promise<Child & { ready: Ready }> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    serialization: "advanced",
    execArgv: [...process.execArgv, ...flags],
  });
  const gone = once(child, "exit").then(() => Promise.reject(new Error(`${file} ended too early.`)));
  gone.catch(() => undefined);
  const said = async () => (await Promise.race([once(child, "message"), gone]))[0] as unknown;
  const ready = (await said()) as Ready;
  return {
    process: child,
    ready,
    async ask<Answer>(message: unknown) {
      const answer = said();
      child.send(message as object);
      return (await answer) as Answer;
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

/** The child's side: answers every message with the result of `handle`. */
export function answerParent(handle: (message: never) => unknown): void {
  process.on("message", async (message) => process.send?.((await handle(message as never)) ?? null));
}

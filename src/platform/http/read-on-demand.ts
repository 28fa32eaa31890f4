interface DemandOptions {
  /** A reader that takes nothing for so long has gone. */
  patienceMs: number;
  /** Called once: after the last chunk, when the reader leaves, or with the error that broke the stream off. */
  ended(error?: unknown): Promise<void>;
}

/**
 * A stream that makes each chunk when its reader asks for it. It does nothing while a slow reader rests. If a chunk
 * fails, the stream breaks, and so does the answer that it is the body of. The error itself stays inside.
 *
 * The first chunk is made at once. Rejects if that fails: nothing was answered yet, and a refusal still can be.
 */
export async function readOnDemand(
  chunks: AsyncGenerator<Uint8Array>,
  { patienceMs, ended }: DemandOptions,
): Promise<ReadableStream<Uint8Array>> {
  let ready: IteratorResult<Uint8Array> | undefined = await chunks.next();
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  async function end(error?: unknown): Promise<void> {
    clearTimeout(timer);
    if (isOver) return;
    isOver = true;
    await ended(error);
  }

  /** Waits for the reader's next question. */
  function wait(controller: ReadableStreamDefaultController<Uint8Array>): void {
    timer = setTimeout(() => {
      const gone = new Error(`The reader took nothing for ${patienceMs / 1000} seconds.`);
      controller.error(gone);
      void end(gone);
      void chunks.return(undefined);
    }, patienceMs);
    timer.unref();
  }

  return new ReadableStream<Uint8Array>(
    {
      start: wait,
      async pull(controller) {
        clearTimeout(timer);
        try {
          const { done, value } = ready ?? (await chunks.next());
          ready = undefined;
          if (isOver) return;
          if (done) {
            await end();
            controller.close();
          } else {
            controller.enqueue(value);
            wait(controller);
          }
        } catch (error) {
          await end(error);
          throw new Error("The answer broke off.");
        }
      },
      async cancel() {
        await end();
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

import { afterEach, expect, test, vi } from "vitest";
import { readOnDemand } from "./read-on-demand.ts";

afterEach(() => {
  vi.useRealTimers();
});

const PATIENCE_MS = 120_000;

/** A stream of so many chunks, what it made of them, and how it ended. */
async function streamOf(length: number, { failsAt }: { failsAt?: number } = {}) {
  const seen = { made: 0, left: false, ends: [] as unknown[] };
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (let index = 0; index < length; index += 1) {
        if (index === failsAt) throw new Error("a secret detail");
        seen.made += 1;
        yield Buffer.from(`${index};`);
      }
    } finally {
      seen.left = true;
    }
  }
  const ended = async (error?: unknown) => void seen.ends.push(error);
  const stream = await readOnDemand(chunks(), { patienceMs: PATIENCE_MS, ended });
  return { stream, seen };
}

test("a chunk is made when the reader asks for it, and at most one before", async () => {
  const { stream, seen } = await streamOf(5);
  const reader = stream.getReader();
  for (let read = 1; read <= 5; read += 1) {
    expect(seen.made).toBeLessThanOrEqual(read);
    await reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    expect(seen.made).toBe(read);
  }
  expect(seen.ends).toEqual([]);
  expect((await reader.read()).done).toBe(true);
  expect(seen.ends).toEqual([undefined]);
});

test("the whole is what the chunks are", async () => {
  const { stream, seen } = await streamOf(3);
  expect(await new Response(stream).text()).toBe("0;1;2;");
  expect(seen).toEqual({ made: 3, left: true, ends: [undefined] });
  const { stream: empty } = await streamOf(0);
  expect(await new Response(empty).text()).toBe("");
});

test("an error of the first chunk rejects, before there is a stream", async () => {
  await expect(streamOf(3, { failsAt: 0 })).rejects.toThrow("a secret detail");
});

test("an error of a later chunk breaks the stream, and its reader learns nothing of it", async () => {
  const { stream, seen } = await streamOf(3, { failsAt: 2 });
  await expect(new Response(stream).text()).rejects.toThrow("The answer broke off.");
  expect(seen.ends).toEqual([expect.objectContaining({ message: "a secret detail" })]);
});

test("a reader that leaves ends the work once", async () => {
  const { stream, seen } = await streamOf(100);
  const reader = stream.getReader();
  await reader.read();
  await reader.read();
  await reader.cancel();
  expect(seen).toEqual({ made: 2, left: true, ends: [undefined] });
});

test("a reader that takes nothing is cut off, whether it began or not", async () => {
  vi.useFakeTimers();
  for (const reads of [0, 2]) {
    const { stream, seen } = await streamOf(100);
    const reader = stream.getReader();
    for (let read = 0; read < reads; read += 1) {
      await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
      expect((await reader.read()).done).toBe(false);
    }
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(seen.ends).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect([seen.left, seen.ends.length]).toEqual([true, 1]);
    await expect(reader.read()).rejects.toThrow("took nothing for 120 seconds");
  }
});

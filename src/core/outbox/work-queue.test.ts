import { expect, test } from "vitest";
import { testClock } from "../../adapters/testing.ts";
import { createWorkQueue, type WorkQueue } from "./work-queue.ts";

const never = { clock: testClock(), nextDue: async () => null, onError: () => undefined };

test("work that arrives while the last worker finds nothing isn't overlooked", async () => {
  const queue: string[] = [];
  const done: string[] = [];
  let looks = 0;
  const lane: WorkQueue = createWorkQueue({
    ...never,
    workers: 1,
    async take() {
      const row = queue.shift();
      looks += 1;
      if (looks === 1) {
        queue.push("late");
        void lane.drain();
      }
      return row;
    },
    work: async (row: string) => void done.push(row),
  });
  await lane.drain();
  expect(done).toEqual(["late"]);
});

test("an error while taking work is reported, settles every waiting call, and stops no later work", async () => {
  const troubles: unknown[] = [];
  const done: string[] = [];
  const answers = [() => Promise.reject(new Error("locked")), async () => "one", async () => undefined];
  const lane = createWorkQueue<string>({
    ...never,
    workers: 1,
    take: () => answers.shift()?.() ?? Promise.resolve(undefined),
    work: async (row) => void done.push(row),
    onError: (error) => void troubles.push(error),
  });
  await lane.drain();
  expect([troubles, done]).toEqual([[new Error("locked")], []]);
  await lane.drain();
  expect([troubles.length, done]).toEqual([1, ["one"]]);
  await lane.stop();
  answers.push(async () => "two");
  await lane.drain();
  expect(done).toEqual(["one"]);
});

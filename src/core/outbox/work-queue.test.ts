import { expect, test } from "vitest";
import { testClock } from "../../adapters/testing.ts";
import { createWorkQueue, type WorkQueue } from "./work-queue.ts";

const never = { clock: testClock(), nextDue: async () => null, onError: () => undefined };

test("work that arrives while the last worker finds nothing isn't overlooked", async () => {
  const queue: string[] = [];
  const done: string[] = [];
  let looks = 0;
  const workQueue: WorkQueue = createWorkQueue({
    ...never,
    workers: 1,
    async take() {
      const row = queue.shift();
      looks += 1;
      if (looks === 1) {
        queue.push("late");
        void workQueue.drain();
      }
      return row;
    },
    work: async (row: string) => void done.push(row),
  });
  await workQueue.drain();
  expect(done).toEqual(["late"]);
});

test("an error while taking work is reported, settles every waiting call, and doesn't stop later work", async () => {
  const troubles: unknown[] = [];
  const done: string[] = [];
  const answers = [() => Promise.reject(new Error("locked")), async () => "one", async () => undefined];
  const workQueue = createWorkQueue<string>({
    ...never,
    workers: 1,
    take: () => answers.shift()?.() ?? Promise.resolve(undefined),
    work: async (row) => void done.push(row),
    onError: (error) => void troubles.push(error),
  });
  await workQueue.drain();
  expect([troubles, done]).toEqual([[new Error("locked")], []]);
  await workQueue.drain();
  expect([troubles.length, done]).toEqual([1, ["one"]]);
  await workQueue.stop();
  answers.push(async () => "two");
  await workQueue.drain();
  expect(done).toEqual(["one"]);
});

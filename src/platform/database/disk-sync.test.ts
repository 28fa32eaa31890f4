import { expect, test } from "vitest";
import { createDiskSync } from "./disk-sync.ts";

/** A disk whose syncs end on demand. */
function disk() {
  const begun: string[] = [];
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const act = (name: string) => () => {
    begun.push(name);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    ends.push({ resolve, reject });
    return promise;
  };
  const { settle, rest } = createDiskSync({ sync: act("sync"), repair: act("repair") });
  const end = async (error?: Error) => {
    const one = ends.shift();
    if (error === undefined) one?.resolve();
    else one?.reject(error);
    for (let turn = 0; turn < 9; turn += 1) await Promise.resolve();
  };
  const settled: string[] = [];
  const ask = (name: string) =>
    settle().then(
      () => void settled.push(name),
      () => void settled.push(`${name} failed`),
    );
  return { begun, ask, end, settled, rest };
}

const failure = new Error("EIO");

test("calls during a running sync share the next one", async () => {
  const { begun, ask, end, settled, rest } = disk();
  void ask("a");
  void ask("b");
  void ask("c");
  expect(begun).toEqual(["sync"]);
  await end();
  expect([settled, begun]).toEqual([["a"], ["sync", "sync"]]);
  void ask("d");
  await end();
  expect([settled, begun]).toEqual([
    ["a", "b", "c"],
    ["sync", "sync", "sync"],
  ]);
  const resting = rest();
  await end();
  await resting;
  expect(settled).toEqual(["a", "b", "c", "d"]);
  void ask("e");
  expect(begun).toHaveLength(4);
  await end();
});

test("after a failed sync no later one succeeds until the recovery makes all data durable", async () => {
  const { begun, ask, end, settled } = disk();
  void ask("a");
  void ask("b");
  await end(failure);
  expect([settled, begun]).toEqual([[], ["sync", "repair"]]);
  await end(failure);
  expect([settled, begun]).toEqual([["a failed"], ["sync", "repair", "repair"]]);
  await end();
  expect(settled).toEqual(["a failed", "b"]);
  void ask("c");
  expect(begun).toEqual(["sync", "repair", "repair", "sync"]);
  await end(failure);
  await end();
  expect(settled).toEqual(["a failed", "b", "c"]);
});

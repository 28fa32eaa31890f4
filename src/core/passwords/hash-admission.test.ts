import { availableParallelism } from "node:os";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  createHashAdmission,
  defaultConcurrency,
  type HashAdmission,
  HashOverloaded,
} from "./hash-admission.ts";

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Jobs that end on demand, and the order in which they began. */
function jobs(admission: HashAdmission) {
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  /** `known`: each for another account. */
  const submit = (name: string, priority?: "known" | "last") => {
    const job = () =>
      new Promise<string>((resolve) => {
        began.push(name);
        ends.set(name, () => resolve(name));
      });
    const result = admission.run(job, priority === "known" ? name : undefined, priority === "last");
    // Looked at later; until then a refusal must not count as unhandled.
    result.catch(() => {});
    return result;
  };
  const end = async (name: string) => {
    ends.get(name)!();
    await vi.advanceTimersByTimeAsync(0);
  };
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { began, submit, end, settle };
}

const retryAfter = (result: Promise<unknown>) =>
  result.then(
    () => undefined,
    (error: unknown) => (error instanceof HashOverloaded ? error.retryAfterSeconds : error),
  );

describe("turns", () => {
  test("[IN-01] at most the allowed number of jobs run at once, and all of them in the end", async () => {
    const admission = createHashAdmission({ concurrency: 3 });
    let atOnce = 0;
    let most = 0;
    const job = async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 10));
      atOnce -= 1;
      return 1;
    };
    const results = Promise.all(Array.from({ length: 200 }, () => admission.run(job)));
    await vi.runAllTimersAsync();
    expect(await results).toHaveLength(200);
    expect(most).toBe(3);
    expect(admission.stats()).toMatchObject({
      running: 0,
      waiting: 0,
      finished: 200,
      overloaded: 0,
      serviceMs: 10,
    });
  });

  test("known devices go first, each kind in the order of arrival", async () => {
    const { began, submit, end, settle } = jobs(createHashAdmission({ concurrency: 1 }));
    for (const name of ["first", "stranger 1", "stranger 2"]) submit(name);
    for (const name of ["known 1", "known 2"]) submit(name, "known");
    await settle();
    for (const name of ["first", "known 1", "known 2", "stranger 1", "stranger 2"]) await end(name);
    expect(began).toEqual(["first", "known 1", "known 2", "stranger 1", "stranger 2"]);
  });

  test("an account that signs in all the time is served after all others", async () => {
    const { began, submit, end, settle } = jobs(createHashAdmission({ concurrency: 1 }));
    submit("first");
    for (const name of ["often 1", "often 2"]) submit(name, "last");
    for (const name of ["stranger 1", "stranger 2"]) submit(name);
    submit("known", "known");
    await settle();
    const order = ["first", "known", "stranger 1", "stranger 2", "often 1", "often 2"];
    for (const name of order) await end(name);
    expect(began).toEqual(order);
  });

  test("a job's error reaches its caller and frees the slot", async () => {
    const admission = createHashAdmission({ concurrency: 1 });
    await expect(admission.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(
      admission.run(() => {
        throw new Error("at once");
      }),
    ).rejects.toThrow("at once");
    expect(await admission.run(async () => "fine")).toBe("fine");
    expect(admission.stats()).toMatchObject({ running: 0, waiting: 0, finished: 3 });
  });
});

describe("overload", () => {
  test("[IN-01] a full queue is refused at once, and the job doesn't run", async () => {
    const admission = createHashAdmission({ concurrency: 1, queueLimit: 1 });
    const { began, submit, end, settle } = jobs(admission);
    submit("running");
    submit("waiting");
    expect(await retryAfter(submit("refused"))).toBe(1);
    await settle();
    await end("running");
    await end("waiting");
    expect(began).toEqual(["running", "waiting"]);
    expect(admission.stats().overloaded).toBe(1);
  });

  test("[IN-01] reserving a slot before a write gives the same answer as running the job", async () => {
    const admission = createHashAdmission({ concurrency: 1, queueLimit: 1 });
    const { submit } = jobs(admission);
    const ask = (owner?: string) => () => admission.refuseWhenFull(owner);
    submit("running");
    expect(ask()).not.toThrow();
    submit("waiting");
    expect(ask()).toThrow(HashOverloaded);
    // It would take the stranger's place.
    expect(ask("known")).not.toThrow();
    submit("known", "known");
    expect(ask("known")).toThrow(HashOverloaded);
  });

  test("[IN-01] of parallel requests only as many proceed as there are slots", async () => {
    const admission = createHashAdmission({ concurrency: 1, queueLimit: 3 });
    const { submit } = jobs(admission);
    for (let count = 0; count < 9; count += 1) admission.reserveSlot()();
    submit("running");
    submit("waiting");
    const leave = admission.reserveSlot();
    admission.reserveSlot();
    expect(admission.reserveSlot).toThrow(HashOverloaded);
    expect(admission.retryAfterSeconds()).toBe(1);
    leave();
    expect(admission.retryAfterSeconds()).toBeNull();
    // A job in the queue no longer counts as on its way.
    submit("arrived");
    expect(admission.retryAfterSeconds()).toBeNull();
    admission.reserveSlot();
    expect(admission.retryAfterSeconds()).toBe(1);
    expect(admission.stats()).toMatchObject({ waiting: 2, overloaded: 1 });
    // Who dawdles holds no place.
    await vi.advanceTimersByTimeAsync(49);
    expect(admission.retryAfterSeconds()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(admission.retryAfterSeconds()).toBeNull();
  });

  test("a known device takes the newest stranger's slot in a full queue", async () => {
    const { began, submit, end, settle } = jobs(createHashAdmission({ concurrency: 1, queueLimit: 2 }));
    submit("running");
    submit("stranger 1");
    const displaced = submit("stranger 2");
    submit("known", "known");
    expect(await retryAfter(displaced)).toBe(1);
    await settle();
    for (const name of ["running", "known", "stranger 1"]) await end(name);
    expect(began).toEqual(["running", "known", "stranger 1"]);
  });

  test("[IN-01] in a full queue all others take the slots of an account that signs in all the time", async () => {
    const admission = createHashAdmission({ concurrency: 1, queueLimit: 2 });
    const { began, submit, end, settle } = jobs(admission);
    submit("running");
    const first = submit("often 1", "last");
    const second = submit("often 2", "last");
    expect(() => admission.refuseWhenFull(undefined, true)).toThrow(HashOverloaded);
    expect(await retryAfter(submit("often 3", "last"))).toBe(1);
    // A stranger sets out, as it will find a slot.
    expect(admission.retryAfterSeconds()).toBeNull();
    expect(() => admission.refuseWhenFull()).not.toThrow();
    submit("stranger");
    expect(await retryAfter(second)).toBe(1);
    submit("known", "known");
    expect(await retryAfter(first)).toBe(1);
    expect(admission.retryAfterSeconds()).toBe(1);
    await settle();
    for (const name of ["running", "known", "stranger"]) await end(name);
    expect(began).toEqual(["running", "known", "stranger"]);
  });

  test("[TH-04] one account takes a few slots before strangers; beyond them it counts as a stranger", async () => {
    const admission = createHashAdmission({ concurrency: 1, queueLimit: 8 });
    const began: string[] = [];
    const ends: (() => void)[] = [];
    const submit = (name: string, owner?: string) => {
      const job = () =>
        new Promise<void>((resolve) => {
          began.push(name);
          ends.push(resolve);
        });
      const result = admission.run(job, owner);
      result.catch(() => undefined);
      return result;
    };
    const next = async () => {
      ends.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    };
    submit("running");
    submit("stranger");
    for (let count = 1; count <= 7; count += 1) submit(`many ${count}`, "many");
    // Full: four of them as known, three as strangers. A device of another account takes the newest stranger's place.
    const displaced = submit("many 8", "many");
    expect(await retryAfter(displaced)).toBe(1);
    expect(() => admission.refuseWhenFull("many")).toThrow(HashOverloaded);
    expect(() => admission.refuseWhenFull("bob")).not.toThrow();
    submit("bob", "bob");
    for (let count = 0; count < 9; count += 1) await next();
    expect(began).toEqual([
      ...["running", "many 1", "many 2", "many 3", "many 4", "bob"],
      ...["stranger", "many 5", "many 6"],
    ]);
    // The places are free again, and nothing is remembered.
    submit("many 9", "many");
    submit("waits");
    submit("many 10", "many");
    for (let count = 0; count < 2; count += 1) await next();
    expect(began.slice(-2)).toEqual(["many 9", "many 10"]);
  });

  test("among known devices only, a full queue refuses the newcomer", async () => {
    const { submit } = jobs(createHashAdmission({ concurrency: 1, queueLimit: 1 }));
    submit("running", "known");
    submit("waiting", "known");
    expect(await retryAfter(submit("refused", "known"))).toBe(1);
  });

  test("[IN-01] a job that waits beyond the deadline is refused; a running one isn't", async () => {
    const admission = createHashAdmission({ concurrency: 1, deadlineMs: 5000 });
    const { began, submit, end } = jobs(admission);
    const running = submit("running");
    const waiting = submit("waiting");
    await vi.advanceTimersByTimeAsync(4999);
    expect(admission.stats().waiting).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await retryAfter(waiting)).toBe(1);
    await end("running");
    expect(await running).toBe("running");
    expect(began).toEqual(["running"]);
  });

  test("a job that waited too long is refused even when the timer is late", async () => {
    let now = 0;
    const { began, submit, end, settle } = jobs(
      createHashAdmission({ concurrency: 1, deadlineMs: 5000, clock: { now: () => now } }),
    );
    submit("running");
    const late = submit("late");
    await settle();
    now = 6000;
    await end("running");
    expect(await retryAfter(late)).toBe(1);
    expect(began).toEqual(["running"]);
  });

  test("retryAfterSeconds follows the measured time of a job, up to a minute", async () => {
    const admission = createHashAdmission({ concurrency: 2, queueLimit: 8, deadlineMs: 600_000 });
    const job = () => new Promise((resolve) => setTimeout(resolve, 3000));
    const warmUp = admission.run(job);
    await vi.advanceTimersByTimeAsync(3000);
    await warmUp;
    const all = Array.from({ length: 10 }, () => admission.run(job));
    // 10 jobs of 3 seconds, two at a time.
    expect(await retryAfter(admission.run(job))).toBe(15);
    await vi.runAllTimersAsync();
    await Promise.all(all);

    const slow = createHashAdmission({ concurrency: 1, queueLimit: 0 });
    const long = slow.run(() => new Promise((resolve) => setTimeout(resolve, 3_600_000)));
    await vi.advanceTimersByTimeAsync(3_600_000);
    await long;
    const another = slow.run(() => new Promise((resolve) => setTimeout(resolve, 1)));
    expect(await retryAfter(slow.run(async () => 1))).toBe(60);
    await vi.runAllTimersAsync();
    await another;
  });
});

test("[IN-01] by default every core hashes, but two slots of the thread pool stay free", () => {
  const chosen = [
    [1, 4],
    [2, 4],
    [3, 4],
    [64, 4],
    [64, 16],
    [8, 16],
    [16, 1024],
  ].map(([cores, threads]) => [cores, threads, defaultConcurrency(cores, threads)]);
  expect(chosen).toEqual([
    [1, 4, 1],
    [2, 4, 2],
    [3, 4, 2],
    [64, 4, 2],
    [64, 16, 14],
    [8, 16, 8],
    [16, 1024, 16],
  ]);
});

test("by default at least one job runs, however small the thread pool is", () => {
  for (const threads of [1, 2, 3]) expect([threads, defaultConcurrency(8, threads)]).toEqual([threads, 1]);
});

test("the default is what this machine and its thread pool allow", () => {
  vi.stubEnv("UV_THREADPOOL_SIZE", "1000");
  expect(defaultConcurrency(5000)).toBe(998);
  expect(createHashAdmission().stats().concurrency).toBe(Math.min(availableParallelism(), 998));
  vi.stubEnv("UV_THREADPOOL_SIZE", "3");
  expect(createHashAdmission().stats().concurrency).toBe(1);
  vi.stubEnv("UV_THREADPOOL_SIZE", undefined);
  expect(defaultConcurrency(64)).toBe(2);
});

test("an invalid number of jobs is refused", () => {
  for (const concurrency of [0, -1, 1.5, Number.NaN]) {
    expect(() => createHashAdmission({ concurrency })).toThrow(RangeError);
  }
});

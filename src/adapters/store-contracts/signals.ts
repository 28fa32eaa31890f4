import { deepEqual, equal } from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Signals } from "../../platform/signals/index.ts";
import { type ContractRunner, testsOf } from "./contract.ts";

/** The signals of two processes of one installation. */
export interface OpenSignals {
  here: Signals;
  there: Signals;
  close(): Promise<void>;
}

/** How the contract opens the signals that it tests. */
export interface SignalsContract {
  /** Opens two ends that receive each other's messages. Each test has a separate pair. */
  open(): OpenSignals | Promise<OpenSignals>;
}

const LIMIT_MS = 5000;

async function until(holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + LIMIT_MS;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error("The message did not come.");
    await delay(5);
  }
}

/**
 * Tests that `Signals` carry messages from one process to another.
 *
 * @example
 * signalsContract({ open: async () => ({ here, there, close }) }, { test });
 */
export function signalsContract({ open }: SignalsContract, runner: ContractRunner): void {
  const test = testsOf<OpenSignals>(runner, open, ({ close }) => close());

  test("a message of one process reaches the other, by topic and in order", async ({ here, there }) => {
    const heard: string[] = [];
    there.on("sessions", (key) => heard.push(key));
    there.on("others", (key) => heard.push(`others ${key}`));
    equal(here.healthy && there.healthy, true);
    here.publish("sessions", "first");
    here.publish("unheard", "nothing");
    here.publish("sessions", 'a key with "quotes" and ß');
    here.publish("others", "last");
    await until(() => heard.length >= 3);
    deepEqual(heard, ["first", 'a key with "quotes" and ß', "others last"]);
  });

  test("each listener gets a message, and a stopped one gets none", async ({ here, there }) => {
    const heard: string[] = [];
    const stop = there.on("sessions", (key) => heard.push(`stopped ${key}`));
    there.on("sessions", (key) => heard.push(`one ${key}`));
    there.on("sessions", (key) => heard.push(`two ${key}`));
    stop();
    here.publish("sessions", "x");
    await until(() => heard.length >= 2);
    deepEqual(heard.toSorted(), ["one x", "two x"]);
  });
}

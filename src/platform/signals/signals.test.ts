import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { signalsContract } from "../../adapters/testing-store.ts";
import { noSignals, type Signals } from "./signals.ts";

/** One end of a channel that is a variable of this process. */
function endOf(channel: EventEmitter): Signals {
  return {
    publish: (topic, key) => void setImmediate(() => channel.emit(topic, key)),
    on(topic, heard) {
      channel.on(topic, heard);
      return () => channel.off(topic, heard);
    },
    healthy: true,
  };
}

describe("signals over a channel", () => {
  signalsContract(
    {
      open() {
        const channel = new EventEmitter();
        return { here: endOf(channel), there: endOf(channel), close: async () => undefined };
      },
    },
    { test },
  );
});

test("a single process sends no signal, and is healthy", () => {
  const heard: string[] = [];
  const stop = noSignals.on("sessions", (key) => heard.push(key));
  noSignals.publish("sessions", "x");
  stop();
  expect([heard, noSignals.healthy]).toEqual([[], true]);
});

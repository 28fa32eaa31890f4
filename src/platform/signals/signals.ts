/**
 * The port between the processes of one installation: short messages that something changed. Nothing may depend on
 * one for good: a message can get lost. What keeps something because no message came asks `healthy` first.
 */
export interface Signals {
  /** Sends the message to all processes. Never throws, and waits for nothing: call it after the commit. */
  publish(topic: string, key: string): void;
  /** Hears what other processes publish from now on. An own message may come back as well. Returns how to stop. */
  on(topic: string, heard: (key: string) => void): () => void;
  /** False when messages may be getting lost right now. */
  readonly healthy: boolean;
}

/** For one process, or for engines that notice the changes of other processes themselves, as SQLite does. */
export const noSignals: Signals = Object.freeze({
  publish: () => undefined,
  on: () => () => undefined,
  healthy: true,
});

/**
 * The port between the processes of one installation: short messages that something changed. A message can get lost, so
 * no feature may depend on one. A cache that waits for messages checks `healthy` first.
 */
export interface Signals {
  /** Sends the message to all processes. Never throws and never waits: call it after the commit. */
  publish(topic: string, key: string): void;
  /**
   * Receives the messages of other processes from now on; the process's own may come back too. Returns the function
   * that stops it.
   */
  on(topic: string, heard: (key: string) => void): () => void;
  /** False while messages may get lost. */
  readonly healthy: boolean;
}

/** For one process, or for engines such as SQLite, which notice the changes of other processes. */
export const noSignals: Signals = Object.freeze({
  publish: () => undefined,
  on: () => () => undefined,
  healthy: true,
});

import type { KeyRing } from "../platform/crypto/index.ts";
import type { Database } from "../platform/database/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Clock } from "../platform/time/index.ts";
import type { Settings } from "./settings.ts";

/** The base of every mechanism. `Core` adds the mechanisms that features share. */
export interface Base {
  /** The open database. Write in a transaction: `db.transaction((tx) => …)`. */
  readonly db: Database;
  /** The time. Never use the system's clock: tests stop and advance this one. */
  readonly clock: Clock;
  readonly log: Logger;
  /** The installation's keys; each purpose has its own (`Latchkey.Keys`). */
  readonly keys: KeyRing;
  /** The options with every default filled in. */
  readonly settings: Settings;
}

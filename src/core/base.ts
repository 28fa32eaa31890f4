import type { KeyRing } from "../platform/crypto/index.ts";
import type { Database } from "../platform/database/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { Clock } from "../platform/time/index.ts";
import type { Settings } from "./settings.ts";

/** What every mechanism works with. `Core` adds the mechanisms that features share. */
export interface Base {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keys: KeyRing;
  readonly settings: Settings;
}

import { recordEvent } from "../../src/core/audit/index.ts";
import type { Core } from "../../src/core/core.ts";

/** A row of the audit in a transaction of its own, without the listeners and checks that `emitAlone` adds. */
export function recordAlone(core: Core, entry: Parameters<typeof recordEvent>[2]): Promise<void> {
  return core.db.transaction((tx) => recordEvent(core, tx, entry), { durability: "relaxed" });
}

import { recordEvent } from "../../src/core/audit/index.ts";
import type { Core } from "../../src/core/core.ts";

/** A row of the audit in a separate transaction, without the listeners and checks of `emitAlone`. */
export function recordAlone(core: Core, entry: Parameters<typeof recordEvent>[2]): Promise<void> {
  return core.db.transaction((tx) => recordEvent(core, tx, entry), { durability: "relaxed" });
}

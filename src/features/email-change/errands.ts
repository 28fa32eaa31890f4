import type { Errands } from "../../core/outbox/index.ts";

export const emailChangeErrands: Errands = {};

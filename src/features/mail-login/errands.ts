import type { Errands } from "../../core/outbox/index.ts";

export const mailLoginErrands: Errands = {};

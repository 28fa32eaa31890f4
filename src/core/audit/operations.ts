import * as v from "valibot";
import { operation, operator } from "../operations/index.ts";
import { listAudit } from "./list-audit.ts";
import { verifyAudit } from "./verify-audit.ts";

const text = v.optional(v.string("wrong_type"));

/** A page of the audit. */
export const listAuditOperation = operation({
  summary: "A page of the audit, newest first",
  access: operator,
  input: v.object({
    actor: text,
    subject: text,
    event: text,
    before: text,
    limit: v.optional(v.number("wrong_type")),
  }),
  run: (core, query) => listAudit(core, query),
});

/** The check of the whole audit. */
export const verifyAuditOperation = operation({
  summary: "Checks the whole audit and names the first wrong row",
  access: operator,
  input: v.object({ head: text }),
  run: (core, { head }) => verifyAudit(core, { head }),
});

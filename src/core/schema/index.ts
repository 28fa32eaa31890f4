import type { Migration } from "../../platform/database/index.ts";
import { frontDoor } from "./0001-front-door.ts";
import { accountsByMail } from "./0002-accounts-by-mail.ts";
import { sealedAudit } from "./0003-sealed-audit.ts";
import { locales } from "./0004-locales.ts";
import { pendingLogins } from "./0005-pending-logins.ts";
import { workQueues } from "./0006-work-queues.ts";
import { unfinishedLogins } from "./0007-unfinished-logins.ts";
import { answersKept } from "./0008-answers-kept.ts";

/** The schema that all features share, oldest first. Add to the end; never change a migration that was released. */
export const migrations: Migration[] = [
  frontDoor,
  accountsByMail,
  sealedAudit,
  locales,
  pendingLogins,
  workQueues,
  unfinishedLogins,
  answersKept,
];

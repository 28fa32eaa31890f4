import type { Migration } from "../migrate.ts";
import { frontDoor } from "./0001-front-door.ts";
import { accountsByMail } from "./0002-accounts-by-mail.ts";
import { sealedAudit } from "./0003-sealed-audit.ts";

/** The library's own schema, oldest first. Add to the end; never change one that was released. */
export const migrations: Migration[] = [frontDoor, accountsByMail, sealedAudit];

import type { Base } from "./base.ts";
import type { Outbox } from "./outbox/index.ts";
import type { HashAdmission, PasswordService } from "./passwords/index.ts";
import type { SessionReader } from "./sessions/index.ts";

export type { Logger } from "../platform/log/index.ts";
export type { RequestFacts } from "./request-facts.ts";

/** What the features work with: made once by `createAuth` and handed down explicitly. */
export interface Core extends Base {
  readonly passwords: PasswordService;
  /** The bound on parallel password hashes. */
  readonly hashing: HashAdmission;
  readonly sessions: SessionReader;
  readonly outbox: Outbox;
}

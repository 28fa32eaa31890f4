import type { Base } from "./base.ts";
import type { EventDeclaration } from "./events/index.ts";
import type { Folded } from "./feature/index.ts";
import type { Hooks } from "./hooks/index.ts";
import type { LoginStage } from "./login/index.ts";
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
  /** What the features are together. */
  readonly features: Folded;
  /** The steps between a proof and the session, in order. */
  readonly stages: readonly LoginStage[];
  /** Every security event, by its name. */
  readonly events: ReadonlyMap<string, EventDeclaration>;
  /** What the application wants to be asked and told. */
  readonly hooks: Hooks;
}

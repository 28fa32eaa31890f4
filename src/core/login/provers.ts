import type { Html } from "../../platform/html/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import type { FieldMaker, RouteContext } from "../requests/index.ts";
import type { Account } from "../sessions/index.ts";
import type { Proof } from "./proof.ts";

/** A way for a signed-in account to prove itself again: its password, a passkey, a mailed code. */
export interface Prover {
  /** Such as `password`; the method in `session.methods`. */
  readonly name: string;
  /** The field of forms and JSON that holds the evidence, such as `password`. */
  readonly field: string;
  /** The field on the page. */
  render(context: RouteContext, field: FieldMaker): Html;
  /** Whether this account can prove itself this way. */
  available(core: Core, account: Account): Promise<boolean>;
  /** Checks the evidence. Throws `invalid_input` with the field's problem, or `too_many_attempts`. */
  prove(core: Core, account: Account, evidence: string, facts: RequestFacts): Promise<Proof>;
}

import type { Transaction } from "../../platform/database/index.ts";
import type { Core } from "../core.ts";

/**
 * What has to be looked up before it is known whether there is a mail, and which one. It is kept beside the mails and done
 * off the request's path, so that an answer takes the same time whether an account exists or not (row TH-02).
 */
export interface Errand {
  /** Which errand it is, for example `forgot_password`. */
  kind: string;
  /** The address that was typed, as its owner would write it. */
  to: string;
  /** What the errand needs to know. Sealed at rest. */
  data: Record<string, string | null>;
}

/** Does an errand in one transaction, in which it puts mails into the outbox or doesn't. Rejecting means "try again later". */
export type ErrandHandler = (tx: Transaction, errand: Errand) => Promise<void>;

/** Kinds of errands and who does them, as feature rooms declare them. */
export type Errands = Readonly<
  Record<string, (core: Core, tx: Transaction, errand: Errand) => Promise<void>>
>;

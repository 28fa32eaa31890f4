import type { Queries } from "../../platform/database/index.ts";
import { trimTyped } from "../../platform/http/index.ts";
import { parseEmailAddress } from "./email-address.ts";
import { findByEmailKey, findById, findByUsernameKey, type UserRow } from "./queries.ts";
import { parseUsername } from "./username.ts";

/**
 * The typed identifier in its canonical form: one account, one key.
 *
 * @see Rows SU-06, TH-05
 */
export interface LoginIdentifier {
  kind: "email" | "username" | "unusable";
  key: string;
}

/** Reads an e-mail address or a username. Never fails: any other text belongs to no account. */
export function loginIdentifier(text: string): LoginIdentifier {
  const typed = trimTyped(text);
  const email = typed.includes("@") ? parseEmailAddress(typed) : null;
  if (email !== null) return { kind: "email", key: email.key };
  const username = parseUsername(typed);
  if (username.ok) return { kind: "username", key: username.key };
  return { kind: "unusable", key: typed.normalize("NFC").toLowerCase().slice(0, 256) };
}

/** The account that an identifier names, or undefined. */
export async function findUserByLogin(
  db: Queries,
  identifier: LoginIdentifier,
): Promise<UserRow | undefined> {
  switch (identifier.kind) {
    case "email":
      return findByEmailKey(db, identifier.key);
    case "username":
      return findByUsernameKey(db, identifier.key);
    default:
      // The same work as for other kinds, so that time doesn't reveal the kind of identifier. Row TH-02.
      return findByUsernameKey(db, "");
  }
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The account that an operator names by e-mail, username or id. */
export function findUser(db: Queries, who: string): Promise<UserRow | undefined> {
  return uuid.test(who) ? findById(db, who) : findUserByLogin(db, loginIdentifier(who));
}

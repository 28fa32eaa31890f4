import { createVisitor } from "../site/visitor.ts";
import type { DrillOptions } from "./drill.ts";
import type { Target } from "./target.ts";

type Credentials = Pick<DrillOptions, "login" | "password">;

/** What is known about the named account. */
export interface Named {
  login: string;
  /** Whether its password worked. Equal answers alone prove nothing. */
  proven: boolean;
  /** The name in results. It says if the account is unproven. */
  words: string;
  /** Why the account is unproven; empty if it is proven. */
  why: string;
}

/** A login with its token, a check of the session, and a logout with its token. */
export const PROOF_REQUESTS = 5;

/** Signs in with the given password, and out again. Null if no account was named. */
export async function proveAccount(target: Target, { login, password }: Credentials): Promise<Named | null> {
  if (login === undefined) return null;
  const unproven = { login, proven: false, words: `${login} (not proven to exist)` };
  if (password === undefined) return { ...unproven, why: "its password by --password-stdin would prove it" };
  const visitor = createVisitor(target);
  const { status } = await visitor.post("/login", { login, password });
  const proven = (await visitor.get("/session")).status === 200;
  if (!proven) return { ...unproven, why: `the password from standard input was answered with ${status}` };
  await visitor.post("/logout", {});
  return { login, proven, words: login, why: "" };
}

/** The announcement of the proof. */
export function announceProof({ login, password }: Credentials): string[] {
  if (login === undefined || password === undefined) return [];
  return [`Signs in to ${login} once and out again, which proves that it exists: expect a mail about that.`];
}

import { createVisitor } from "../site/visitor.ts";
import type { DrillOptions } from "./drill.ts";
import type { Target } from "./target.ts";

type Credentials = Pick<DrillOptions, "login" | "password">;

/** What is known of the account that was named. */
export interface Named {
  login: string;
  /** Whether its password opened it. Answers alone prove nothing: alike, they would be for nobody's name as well. */
  proven: boolean;
  /** The name for results; where nothing is proven, it says so. */
  words: string;
  /** Why it isn't proven; empty where it is. */
  why: string;
}

/** The login with its token and a look at the session; then the logout with its token, or as much for what failed. */
export const PROOF_REQUESTS = 5;

/** Signs in by the password, where there is one, and out again. Null where no account was named. */
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

/** The sentence that announces it. */
export function announceProof({ login, password }: Credentials): string[] {
  if (login === undefined || password === undefined) return [];
  return [`Signs in to ${login} once and out again, which proves that it exists: expect a mail about that.`];
}

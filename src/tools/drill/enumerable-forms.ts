import { member } from "../site/exchange.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, type DrillOptions, skipped } from "./drill.ts";
import { madeUpAddress, madeUpPassword } from "./fake-identities.ts";
import type { Named } from "./proof.ts";
import type { Answered } from "./response-similarity.ts";
import type { Target } from "./target.ts";
import { mostPairs } from "./timing.ts";

type Act = (visitor: Visitor, as: "json" | "form", token?: string) => Promise<Answered>;

/** A public form, and two kinds of addresses that must get the same answer. */
export interface Form {
  name: string;
  classes: [string, string];
  first: Act;
  second: Act;
  /** The time of answers with these statuses counts. */
  expected: number[];
  /** The visitor of the timing test. Default: a new visitor. */
  visitor?: Visitor;
  before?: (index: number) => Promise<void>;
  /** Why times can't be compared. */
  unmeasured?: string;
}

/** Fewer than the failures that an unknown device has at one account by default. */
const TRIES_PER_ACCOUNT = 4;
const UNKNOWN = "an unknown address";

/** Sends a form with the name that `next` returns. */
function about(path: string, next: () => string, fields: (name: string) => Record<string, string>): Act {
  return async (visitor, as, token) => {
    const typed = next();
    const options = token === undefined ? { as } : { as, token };
    return { typed, reply: await visitor.post(path, fields(typed), options) };
  };
}

const guessAt = (next: () => string): Act =>
  about("/login", next, (login) => ({ login, password: madeUpPassword() }));
const registerAs = (next: () => string): Act =>
  about("/register", next, (email) => ({ email, password: madeUpPassword() }));
const mailTo = (path: string, next: () => string): Act => about(path, next, (email) => ({ email }));

/**
 * A browser of the account's owner. Its wrong passwords count only for itself. A good login after every fourth prevents
 * a wait. The same browser tries an unknown address.
 */
function ownersBrowser(target: Target, login: string, password: string) {
  const visitor = createVisitor(target);
  return {
    visitor,
    async before(index: number) {
      if (index % TRIES_PER_ACCOUNT !== 0) return;
      await visitor.post("/login", { login, password });
      await visitor.post("/logout", {});
    },
  };
}

/** How the site registers a new address: with a confirmation mail, with a session, or not at all. */
async function registrationMode(target: Target): Promise<{ mode: string; reply: Answered["reply"] }> {
  const { reply } = await registerAs(madeUpAddress)(createVisitor(target), "json");
  if (reply.status === 201) return { mode: "open", reply };
  if (reply.status === 202 || reply.status === 200) return { mode: "confirm-first", reply };
  const isClosed = reply.status === 403 && member(reply, "code") !== "csrf_failed";
  return { mode: isClosed ? "closed" : `answered ${reply.status}`, reply };
}

/** Unconfirmed addresses that this drill registered. They take turns, because each has only a few attempts. */
function pendingAddresses(target: Target) {
  const ready: string[] = [];
  let used = 0;
  return {
    next: () => ready[used++ % ready.length] as string,
    async prepare(count: number) {
      while (ready.length < count) {
        const email = madeUpAddress();
        await registerAs(() => email)(createVisitor(target), "json");
        ready.push(email);
      }
    },
  };
}

const whyNot: Record<string, string> = {
  open: "registration is open here: by design it says that an address is taken; confirm-first doesn't",
  closed: "registration is closed here",
};

/** The forms of this site with the addresses to compare, and the impossible checks. */
export async function findForms(
  target: Target,
  { login, password, samples }: DrillOptions,
  named: Named | null,
): Promise<{ forms: Form[]; left: Check[] }> {
  const forms: Form[] = [];
  const left: Check[] = [];
  const { mode } = await registrationMode(target);
  const confirmFirst = mode === "confirm-first";
  const pending = pendingAddresses(target);
  if (confirmFirst) {
    await pending.prepare(target.manyAddresses ? Math.ceil(mostPairs(samples) / TRIES_PER_ACCOUNT) + 1 : 3);
  }
  const email = login?.includes("@") ? login : undefined;
  const known = named === null || named.proven ? "an account's" : named.words;
  const waiting = "an unconfirmed one";

  if (login !== undefined) {
    // A wrong password would be one more failure of the account.
    const owner =
      password === undefined
        ? { unmeasured: "needs --password-stdin: an unknown device has too few tries at an account for that" }
        : named?.proven
          ? ownersBrowser(target, login, password)
          : { unmeasured: named?.why ?? "" };
    forms.push({
      name: "login",
      classes: [UNKNOWN, known],
      first: guessAt(madeUpAddress),
      second: guessAt(() => login),
      expected: [401],
      ...owner,
    });
  }
  if (confirmFirst) {
    forms.push({
      name: "login",
      classes: [UNKNOWN, waiting],
      first: guessAt(madeUpAddress),
      second: guessAt(pending.next),
      expected: [401],
    });
    const taken = email === undefined ? pending.next : () => email;
    forms.push({
      name: "register",
      classes: [UNKNOWN, email === undefined ? waiting : known],
      first: registerAs(madeUpAddress),
      second: registerAs(taken),
      expected: [202],
    });
  } else left.push(skipped("register", whyNot[mode] ?? `a new address was ${mode}`));

  const mails: [string, string][] = [
    ["forgot-password", "/forgot-password"],
    ["confirm-email/resend", "/confirm-email/resend"],
  ];
  for (const [name, path] of mails) {
    const byAccount = email !== undefined && (name === "forgot-password" || !confirmFirst);
    if (!byAccount && !confirmFirst) {
      left.push(skipped(name, "no account to compare with: give its address by --login"));
      continue;
    }
    forms.push({
      name,
      classes: [UNKNOWN, byAccount ? known : waiting],
      first: mailTo(path, madeUpAddress),
      second: mailTo(path, byAccount ? () => email : pending.next),
      expected: [200, 202],
    });
  }
  return { forms, left };
}

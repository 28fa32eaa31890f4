import { member } from "../site/exchange.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, type DrillOptions, skipped } from "./drill.ts";
import { madeUpAddress, madeUpPassword } from "./fake-identities.ts";
import type { Named } from "./proof.ts";
import type { Answered } from "./response-similarity.ts";
import type { Target } from "./target.ts";
import { mostPairs } from "./timing.ts";

type Act = (visitor: Visitor, as: "json" | "form", token?: string) => Promise<Answered>;

/** A public form, and two kinds of people it must not tell apart. */
export interface Form {
  name: string;
  classes: [string, string];
  first: Act;
  second: Act;
  /** Statuses of answers whose time counts. */
  expected: number[];
  /** Who asks in the timing test, where it matters. */
  visitor?: Visitor;
  before?: (index: number) => Promise<void>;
  /** Why times can't be compared, if they can't. */
  unmeasured?: string;
}

/** Below what strangers may fail at one account by default. */
const TRIES_PER_ACCOUNT = 4;
const NOBODY = "nobody's address";

/** Sends a form about whoever `who` names. */
function about(path: string, who: () => string, fields: (who: string) => Record<string, string>): Act {
  return async (visitor, as, token) => {
    const typed = who();
    const options = token === undefined ? { as } : { as, token };
    return { typed, reply: await visitor.post(path, fields(typed), options) };
  };
}

const guessAt = (who: () => string): Act =>
  about("/login", who, (login) => ({ login, password: madeUpPassword() }));
const registerAs = (who: () => string): Act =>
  about("/register", who, (email) => ({ email, password: madeUpPassword() }));
const mailTo = (path: string, who: () => string): Act => about(path, who, (email) => ({ email }));

/**
 * A browser of the account's owner: wrong passwords from it count for itself alone, and a good login after every four
 * keeps it from waiting. The same browser asks about nobody's address.
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

/** How registration answers a new address: with a mail to confirm, with a session, or not at all. */
async function registrationMode(target: Target): Promise<{ mode: string; reply: Answered["reply"] }> {
  const { reply } = await registerAs(madeUpAddress)(createVisitor(target), "json");
  const code = member(reply, "code");
  if (reply.status === 201) return { mode: "open", reply };
  if (reply.status === 202 || reply.status === 200) return { mode: "confirm-first", reply };
  return { mode: code === "registration_closed" ? "closed" : `answered ${reply.status}`, reply };
}

/** An address that this drill registered and nobody confirmed; a new one each time, since each may fail only so often. */
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
  open: "registration is open here: it says that an address is taken, by design; confirm-first doesn't",
  closed: "registration is closed here",
};

/** The forms of this site and who can be compared there, and what can't be. */
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
  const waiting = "one that waits for its confirmation";

  if (login !== undefined) {
    // A password that doesn't open the account would be one more wrong try at it.
    const owner =
      password === undefined
        ? { unmeasured: "needs --password-stdin: a stranger has too few tries at an account for that" }
        : named?.proven
          ? ownersBrowser(target, login, password)
          : { unmeasured: named?.why ?? "" };
    forms.push({
      name: "login",
      classes: [NOBODY, known],
      first: guessAt(madeUpAddress),
      second: guessAt(() => login),
      expected: [401],
      ...owner,
    });
  }
  if (confirmFirst) {
    forms.push({
      name: "login",
      classes: [NOBODY, waiting],
      first: guessAt(madeUpAddress),
      second: guessAt(pending.next),
      expected: [401],
    });
    const taken = email === undefined ? pending.next : () => email;
    forms.push({
      name: "register",
      classes: [NOBODY, email === undefined ? waiting : known],
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
      left.push(skipped(name, "there is nobody to compare with: give an account's address by --login"));
      continue;
    }
    forms.push({
      name,
      classes: [NOBODY, byAccount ? known : waiting],
      first: mailTo(path, madeUpAddress),
      second: mailTo(path, byAccount ? () => email : pending.next),
      expected: [200, 202],
    });
  }
  return { forms, left };
}

import type { Answer } from "../site/exchange.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, check, type Drill, type DrillOptions } from "./drill.ts";
import type { Target } from "./target.ts";

interface ReplayedAccount {
  login: string;
  password: string;
}

/** Whether a thief who has only these cookies is signed in. */
async function signedIn(target: Target, cookies: ReadonlyMap<string, string>): Promise<boolean> {
  const thief = createVisitor(target);
  for (const [name, value] of cookies) thief.cookies.set(name, value);
  return (await thief.get("/session")).status === 200;
}

const copy = (cookies: ReadonlyMap<string, string>): Map<string, string> => new Map(cookies);

/** Changes a character in the middle. The last one may have spare bits that don't count. */
function altered(value: string): string {
  const middle = Math.floor(value.length / 2);
  return value.slice(0, middle) + (value[middle] === "A" ? "B" : "A") + value.slice(middle + 1);
}

/** The name of the session cookie. Without it the visitor isn't signed in. */
async function sessionCookie(target: Target, cookies: ReadonlyMap<string, string>): Promise<string | null> {
  for (const name of cookies.keys()) {
    const without = copy(cookies);
    without.delete(name);
    if (!(await signedIn(target, without))) return name;
  }
  return null;
}

async function logIn(visitor: Visitor, { login, password }: ReplayedAccount): Promise<Answer> {
  return visitor.post("/login", { login, password });
}

const dead = (alive: boolean): string => (alive ? "still signed in" : "no longer signed in");

async function fixation(target: Target, account: ReplayedAccount): Promise<Check[]> {
  const visitor = createVisitor(target);
  await visitor.get("/login");
  await visitor.token();
  const planted = copy(visitor.cookies);
  await logIn(visitor, account);
  const name = await sessionCookie(target, visitor.cookies);
  const before = name === null ? undefined : planted.get(name);
  const after = name === null ? undefined : visitor.cookies.get(name);
  const usable = await signedIn(target, planted);
  const checks = [
    check(
      "a cookie from before the login doesn't become the session",
      name !== null && before !== after && !usable,
      `${name ?? "no session cookie"}: ${before === after ? "kept its value" : "has a new value"}, the old one ${dead(usable)}`,
    ),
  ];
  if (name !== null && after !== undefined) {
    const forged = copy(visitor.cookies).set(name, altered(after));
    const taken = await signedIn(target, forged);
    checks.push(check("a cookie with one changed character doesn't work", !taken, dead(taken)));
    // A cookie that an attacker plants must not become the session.
    const victim = createVisitor(target);
    victim.cookies.set(name, "planted-by-the-drill");
    await logIn(victim, account);
    const kept = victim.cookies.get(name) === "planted-by-the-drill";
    checks.push(check("a planted session cookie is replaced at login", !kept, kept ? "kept" : "replaced"));
    await victim.post("/logout", {});
  }
  await visitor.post("/logout", {});
  return checks;
}

async function csrf(target: Target, account: ReplayedAccount): Promise<Check[]> {
  const visitor = createVisitor(target);
  const early = await visitor.token();
  await logIn(visitor, account);
  const stranger = await createVisitor(target).token();
  const good = await visitor.token();
  const attempts: [string, { token: string | null; headers?: Record<string, string> }][] = [
    ["without a CSRF token", { token: null }],
    ["with the CSRF token from before the login", { token: early }],
    ["with another visitor's CSRF token", { token: stranger }],
    ["from another site (Sec-Fetch-Site)", { token: good, headers: { "sec-fetch-site": "cross-site" } }],
    ["from another site (Origin)", { token: good, headers: { origin: "https://drill.example.invalid" } }],
  ];
  const checks: Check[] = [];
  for (const [what, options] of attempts) {
    const { status } = await visitor.post("/logout", {}, options);
    const alive = (await visitor.get("/session")).status === 200;
    checks.push(
      check(
        `a logout ${what} is refused`,
        status === 403 && alive,
        `${status}, ${alive ? "still signed in" : "signed out"}`,
      ),
    );
    if (!alive) await logIn(visitor, account);
  }
  const { status } = await visitor.get("/logout");
  const alive = (await visitor.get("/session")).status === 200;
  checks.push(
    check("a logout by GET ends nothing", alive, `${status}, ${alive ? "still signed in" : "signed out"}`),
  );
  await visitor.post("/logout", {});
  return checks;
}

async function oldCookies(target: Target, account: ReplayedAccount): Promise<Check[]> {
  const visitor = createVisitor(target);
  const answer = await logIn(visitor, account);
  const first = copy(visitor.cookies);
  const works = await signedIn(target, first);
  const login = check("the account can log in", works, `${answer.status} from /login`);
  if (!works) return [login];
  const again = await logIn(visitor, account);
  const replaced = await signedIn(target, first);
  const second = copy(visitor.cookies);
  const oldToken = await visitor.token();
  const left = await visitor.post("/logout", {});
  const afterLogout = await signedIn(target, second);
  const reused = await visitor.post("/logout", {}, { token: oldToken });
  const { status } = await createVisitor(target).post("/logout", {}, { token: oldToken });
  return [
    login,
    check(
      "logging in again ends the session before",
      !replaced,
      `${again.status}, the first cookie: ${dead(replaced)}`,
    ),
    check(
      "after logout the old cookie doesn't work",
      !afterLogout,
      `${left.status}, the old cookie: ${dead(afterLogout)}`,
    ),
    check(
      "after logout the old CSRF token doesn't work",
      reused.status === 403 && status === 403,
      `${reused.status} in the same browser, ${status} in another`,
    ),
  ];
}

async function run(target: Target, { login, password }: DrillOptions): Promise<Check[]> {
  if (login === undefined || password === undefined) throw new Error("replay needs an account.");
  const account = { login, password };
  const checks = await oldCookies(target, account);
  if (checks.length === 1) return checks;
  return [...checks, ...(await fixation(target, account)), ...(await csrf(target, account))];
}

/**
 * Tries old secrets: cookies after logout and login, CSRF tokens, planted sessions.
 * @see SL-01, LO-01, CF-01
 */
export const replay: Drill = {
  does: ({ login }) => [
    `Logs ${login ?? "the account"} in and out about five times, each from a new device: expect mails about that.`,
    "Tries old cookies and CSRF tokens, which must not work. Ends every session that it begins.",
  ],
  mostRequests: () => 150,
  needsPassword: true,
  run,
};

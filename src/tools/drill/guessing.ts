import type { Answer } from "../site/exchange.ts";
import { createVisitor, type Visitor } from "../site/visitor.ts";
import { type Check, check, type Drill, type DrillOptions, skipped } from "./drill.ts";
import { madeUpAddress, madeUpPassword } from "./fake-identities.ts";
import { announceProof, type Named, PROOF_REQUESTS, proveAccount } from "./proof.ts";
import { type Answered, difference } from "./response-similarity.ts";
import type { Target } from "./target.ts";

/** Guesses at one account in a row: more than any sensible limit (OWASP: three to five). */
const SERIAL = 12;
const MOST_GUESSES = 10;
/** Guesses at one account at once: fewer than the failures that one client address may have. */
const PARALLEL = 24;
/** Accounts tried once each from one client address. */
const SPRAYED = 120;

const EXISTING = "an existing account";

const statuses = (replies: readonly Answer[]): number[] => replies.map(({ status }) => status);
const count = (replies: readonly Answer[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;
const waitOf = (reply: Answer): number => Number(reply.headers["retry-after"] ?? 0);
const hasWait = (reply: Answer): boolean => Number.isInteger(waitOf(reply)) && waitOf(reply) > 0;

/** At most this many 401, then only 429 with `Retry-After`. */
function isThrottled(replies: readonly Answer[], most: number): boolean {
  const guessed = count(replies, 401);
  const rest = replies.slice(guessed);
  const inOrder = replies.slice(0, guessed).every(({ status }) => status === 401);
  return (
    inOrder &&
    guessed >= 1 &&
    guessed <= most &&
    rest.every((reply) => reply.status === 429 && hasWait(reply))
  );
}

function tally(replies: readonly Answer[]): string {
  const seen = new Map<number, number>();
  for (const { status } of replies) seen.set(status, (seen.get(status) ?? 0) + 1);
  const parts = [...seen].map(([status, times]) => `${times} × ${status}`);
  const wait = replies.find(({ status }) => status === 429);
  return (
    parts.join(", ") + (wait === undefined ? "" : `, Retry-After ${wait.headers["retry-after"] ?? "missing"}`)
  );
}

async function guess(visitor: Visitor, login: string, token?: string): Promise<Answer> {
  const options = token === undefined ? {} : { token };
  return visitor.post("/login", { login, password: madeUpPassword() }, options);
}

async function serial(target: Target, login: string): Promise<Answer[]> {
  const visitor = createVisitor(target);
  const token = await visitor.token();
  const replies: Answer[] = [];
  for (let index = 0; index < SERIAL; index += 1) replies.push(await guess(visitor, login, token));
  return replies;
}

async function parallel(target: Target, login: string): Promise<Check> {
  const visitor = createVisitor(target);
  const token = await visitor.token();
  const replies = await Promise.all(Array.from({ length: PARALLEL }, () => guess(visitor, login, token)));
  const guessed = count(replies, 401);
  // A full queue refuses guesses too.
  const refused = replies.filter(
    (reply) => (reply.status === 429 || reply.status === 503) && hasWait(reply),
  ).length;
  const holds = guessed >= 1 && guessed <= MOST_GUESSES && guessed + refused === replies.length;
  return check("parallel guesses get no further", holds, tally(replies));
}

const sameName = (account: string): string => `${account} answers the same, at the same count`;

/** Whether the named account gets the answers of an unknown one. Only its password proves that it exists. */
function sameForBoth(
  unknown: readonly Answer[],
  known: readonly Answer[],
  madeUp: string,
  { login, proven, words, why }: Named,
): Check {
  const name = sameName(proven ? EXISTING : words);
  if (statuses(unknown).join() !== statuses(known).join()) {
    return check(name, false, `made up: ${tally(unknown)}; ${login}: ${tally(known)}`);
  }
  for (const [index, reply] of unknown.entries()) {
    const one: Answered = { reply, typed: madeUp };
    const found = difference(one, { reply: known[index] as Answer, typed: login });
    if (found !== null) return check(name, false, `answer ${index + 1} differs: ${found}`);
  }
  return check(name, true, `${tally(known)}, every answer alike${proven ? "" : ` (${why})`}`);
}

async function spray(target: Target): Promise<Check> {
  const visitor = createVisitor(target);
  const token = await visitor.token();
  let tried = 0;
  let reply: Answer;
  do {
    reply = await guess(visitor, madeUpAddress(), token);
    tried += 1;
  } while (reply.status === 401 && tried < SPRAYED);
  return check(
    "one client address can't spray over many accounts",
    reply.status === 429 && hasWait(reply),
    reply.status === 429
      ? `429 after ${tried - 1} accounts, Retry-After ${reply.headers["retry-after"] ?? "missing"}`
      : `${tried} accounts tried, the last answer was ${reply.status}`,
  );
}

async function run(target: Target, options: DrillOptions): Promise<Check[]> {
  const named = await proveAccount(target, options);
  const madeUp = madeUpAddress();
  // The wrong password was one failure of the named account, so the unknown one gets one too.
  if (options.password !== undefined && named?.proven === false) await guess(createVisitor(target), madeUp);
  const unknown = await serial(target, madeUp);
  const waits = unknown.filter(({ status }) => status === 429).map(waitOf);
  const checks = [
    check(
      `at most ${MOST_GUESSES} wrong passwords for an account, then 429`,
      isThrottled(unknown, MOST_GUESSES),
      tally(unknown),
    ),
    check(
      "more tries don't lengthen the wait",
      waits.length > 0 && (waits.at(-1) as number) <= (waits[0] as number),
      waits.length === 0 ? "no 429" : `Retry-After ${waits[0]} first, ${waits.at(-1)} last`,
    ),
  ];
  const oneAddress = target.manyAddresses
    ? null
    : "all requests come from one client address, whose budget is used up";
  checks.push(
    named === null
      ? skipped(sameName(EXISTING), "give one by --login WHO")
      : sameForBoth(unknown, await serial(target, named.login), madeUp, named),
    await parallel(target, madeUpAddress()),
    await spray(target),
  );
  // With a single address, earlier checks use up the budget of later ones.
  return oneAddress === null
    ? checks
    : checks.map((each) =>
        each.outcome === "fail" ? { ...each, seen: `${each.seen} (${oneAddress})` } : each,
      );
}

/**
 * Guesses passwords: for one account one by one and all at once, and over many accounts.
 * @see A-BF, A-RC-04
 */
export const guessing: Drill = {
  does: (options) => [
    ...announceProof(options),
    `Tries ${SERIAL} wrong passwords for an account that doesn't exist, then ${PARALLEL} at once for another.`,
    ...(options.login === undefined
      ? []
      : [
          `Tries ${SERIAL} wrong passwords for ${options.login}: new devices then wait, 15 minutes by default.`,
        ]),
    `Tries a wrong password for up to ${SPRAYED} accounts that don't exist, from one client address.`,
  ],
  mostRequests: ({ login, password }) =>
    SERIAL * (login === undefined ? 1 : 2) +
    PARALLEL +
    SPRAYED +
    10 +
    (password === undefined ? 0 : PROOF_REQUESTS),
  run,
};

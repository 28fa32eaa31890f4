import { createVisitor } from "../site/visitor.ts";
import { type Check, check, type Drill, type DrillOptions, skipped } from "./drill.ts";
import { type Form, findForms } from "./enumerable-forms.ts";
import { announceProof, PROOF_REQUESTS, proveAccount } from "./proof.ts";
import { difference } from "./response-similarity.ts";
import type { Target } from "./target.ts";
import { compareTimes, mostPairs, verdictWords } from "./timing.ts";

/** Pairs from one client address. Each is two requests, and an address has thirty attempts by default. */
const PAIRS_PER_ADDRESS = 12;

async function sameAnswer(target: Target, form: Form): Promise<Check> {
  const name = `${form.name}: ${form.classes[0]} and ${form.classes[1]} get the same answer`;
  const found: string[] = [];
  for (const as of ["json", "form"] as const) {
    const [first, second] = [
      await form.first(createVisitor(target), as),
      await form.second(createVisitor(target), as),
    ];
    const [one, other] = [first.reply.status, second.reply.status];
    if (one === 429 || other === 429) {
      return skipped(
        name,
        `answered ${one} and ${other}: wait until the limits allow more, or unlock the account`,
      );
    }
    const differs = difference(first, second);
    if (differs !== null) return check(name, false, `${as === "json" ? "JSON" : "page"}: ${differs}`);
    found.push(`${one} ${as === "json" ? "in JSON" : "as a page"}`);
  }
  return check(name, true, `${found.join(", ")}, headers, cookies and body alike`);
}

async function sameTime(target: Target, form: Form, samples: number): Promise<Check> {
  const name = `${form.name}: ${form.classes[0]} and ${form.classes[1]} take the same time`;
  if (form.unmeasured !== undefined) return skipped(name, form.unmeasured);
  const visitor = form.visitor ?? createVisitor(target);
  let token = "";
  let stopped = 0;
  const timed = (act: Form["first"]) => async () => {
    const { reply } = await act(visitor, "json", token);
    if (form.expected.includes(reply.status)) return reply.milliseconds;
    stopped = reply.status;
    return null;
  };
  const verdict = await compareTimes({
    samples,
    first: timed(form.first),
    second: timed(form.second),
    async before(index) {
      if (index % PAIRS_PER_ADDRESS === 0 && target.manyAddresses) visitor.line = target.line();
      await form.before?.(index);
      // This opens the connection before the timed requests.
      token = await visitor.token();
    },
  });
  if (verdict !== null) return check(name, verdict.alike, verdictWords(verdict, samples));
  const limits = "disable the limits of this staging site for the timing test";
  return skipped(name, `stopped by an answer ${stopped}: ${limits}`);
}

async function run(target: Target, options: DrillOptions): Promise<Check[]> {
  const named = await proveAccount(target, options);
  const { forms, left } = await findForms(target, options, named);
  const checks = [...left];
  for (const form of forms) {
    const answer = await sameAnswer(target, form);
    checks.push(answer);
    if (answer.outcome === "pass") checks.push(await sameTime(target, form, options.samples));
  }
  return checks;
}

/**
 * Whether answers or times of the public forms show which addresses have an account.
 * @see TH-01, TH-02, SU-02, RS-01
 */
export const enumeration: Drill = {
  does: ({ login, password, samples }) => [
    "Sends login, register, forgot-password and confirm-email/resend for two kinds of accounts, in turns.",
    `Compares answers, and the times of ${samples} pairs for each, up to three times if they differ. Takes minutes.`,
    "Leaves registrations under example.invalid that wait for a confirmation (accounts if registration is open).",
    login === undefined
      ? "Compares unknown addresses with its own registrations; with --login WHO it compares them with an existing account."
      : `Mails ${login} as often as a visitor can, five times an hour by default.`,
    ...announceProof({ login, password }),
    ...(login !== undefined && password === undefined
      ? [
          "Tries two wrong passwords for it. With --password-stdin it also proves that the account exists, and measures times, with many more.",
        ]
      : []),
    ...(password === undefined
      ? []
      : [
          "Tries wrong passwords for it from one device, and the right one after every four, so that it isn't locked.",
        ]),
  ],
  // Five comparisons of pairs with a token each, and good logins and registrations in between.
  mostRequests: ({ samples }) => 5 * mostPairs(samples) * 3 + mostPairs(samples) * 2 + 100 + PROOF_REQUESTS,
  run,
};

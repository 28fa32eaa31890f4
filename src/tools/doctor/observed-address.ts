import { isAnswer, type NoAnswer, type Visited } from "../site/exchange.ts";
import { note, ok, type Verdict } from "./finding.ts";

/** The sentence as `ok`, if every request was answered. */
export function okWhereSeen(sentence: string, visits: readonly (Visited | undefined)[]): Verdict {
  const missed = visits.filter((visited) => !isAnswer(visited));
  if (missed.length === 0) return ok(sentence);
  const reasons = new Set(missed.map((visited) => (visited as NoAnswer | undefined)?.failed ?? "not asked"));
  const count = `${missed.length} of ${visits.length} requests`;
  return note(
    `This is incomplete: ${count} got no answer (${[...reasons].join(", ")}). Otherwise: ${sentence}`,
    "Run the doctor again from a place with a direct way to the site.",
  );
}

import { isAnswer, type NoAnswer, type Visited } from "../site/exchange.ts";
import { note, ok, type Verdict } from "./finding.ts";

/** That all is well, for which every one of the requests must have been answered. */
export function okWhereSeen(sentence: string, visits: readonly (Visited | undefined)[]): Verdict {
  const missed = visits.filter((visited) => !isAnswer(visited));
  if (missed.length === 0) return ok(sentence);
  const reasons = new Set(missed.map((visited) => (visited as NoAnswer | undefined)?.failed ?? "not asked"));
  const count = `${missed.length} of ${visits.length} requests`;
  return note(
    `Not seen whether all is well: ${count} got no answer (${[...reasons].join(", ")}). What would have been said: ${sentence}`,
    "Ask again, from where nothing stands between the doctor and the site.",
  );
}

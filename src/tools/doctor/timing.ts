import { type Answer, isAnswer, type Visited } from "../site/exchange.ts";
import { median } from "../site/statistics.ts";
import { type Check, note, ok, type Verdict, warning } from "./finding.ts";
import type { LiveFacts } from "./live-facts.ts";

const SLOW_MS = 1000;
/** Any argon2id of the default cost takes longer. */
const LEAST_HASH_MS = 5;

interface Measured {
  median: number;
  quickest: number;
  slowest: number;
}

/** The times of answers with these statuses, or why they are missing. */
function measure(what: string, visits: readonly Visited[], statuses: readonly number[]): Measured | Verdict {
  const good = visits.filter(
    (visited): visited is Answer => isAnswer(visited) && statuses.includes(visited.status),
  );
  if (visits.length > 0 && good.length === visits.length) {
    const times = good.map(({ milliseconds }) => milliseconds);
    return { median: median(times), quickest: Math.min(...times), slowest: Math.max(...times) };
  }
  const other = visits.find((visited) => !isAnswer(visited) || !statuses.includes(visited.status));
  const why =
    other === undefined ? "nothing was asked" : isAnswer(other) ? `answered ${other.status}` : other.failed;
  return note(
    `The time of ${what} was not measured (${why}).`,
    why.endsWith("429")
      ? "Run the doctor again in a quarter of an hour: the limits hold for the doctor, too."
      : "Fix the findings above first.",
  );
}

const rounded = ({ median: middle, quickest, slowest }: Measured): string =>
  `${middle.toFixed(1)} ms in the middle, ${quickest.toFixed(1)} to ${slowest.toFixed(1)}`;

const forgot: Check<LiveFacts> = {
  name: "forgot-password-time",
  look({ timing: { forgot: visits } }) {
    const measured = measure("/forgot-password", visits, [200, 202]);
    if ("level" in measured) return measured;
    const said = `${visits.length} made-up addresses at /forgot-password took ${rounded(measured)}`;
    if (measured.median < SLOW_MS) return ok(`${said}.`);
    return warning(`${said}, which is slow.`, "Check whether the database's disk or the network is slow.");
  },
};

const login: Check<LiveFacts> = {
  name: "login-time",
  look({ timing: { page, login: visits } }) {
    const measured = measure("/login", visits, [401]);
    if ("level" in measured) return measured;
    const page_ = measure("a page", page, [200]);
    if ("level" in page_) return page_;
    const said = `${visits.length} made-up addresses at /login took ${rounded(measured)}; a page takes ${page_.median.toFixed(1)} ms`;
    if (measured.median - page_.median < LEAST_HASH_MS) {
      return warning(
        `${said}: the site seems to hash no password for an unknown address, so the time shows which addresses have an account.`,
        "Let only the library answer sign-ins, and use the hash parameters of production.",
      );
    }
    if (measured.median > SLOW_MS) {
      return warning(
        `${said}, which is slow.`,
        "Check whether the machine is too small for its hash parameters.",
      );
    }
    return ok(`${said}.`);
  },
};

/** The times of the public forms. */
export const timingChecks: readonly Check<LiveFacts>[] = [forgot, login];

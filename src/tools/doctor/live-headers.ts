import { type Answer, isAnswer } from "../site/exchange.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { allAnswers, type LiveFacts } from "./live-facts.ts";
import { okWhereSeen } from "./observed-address.ts";

const YEAR_SECONDS = 31_536_000;

/** The pages that were shown. A browser renders only these. */
function shownPages({ pages }: LiveFacts): [string, Answer][] {
  return Object.entries(pages).filter(
    (entry): entry is [string, Answer] => isAnswer(entry[1]) && entry[1].status === 200,
  );
}

/** The paths of the pages with a bad answer; null without any. */
function pathsWhere(facts: LiveFacts, isBad: (answer: Answer) => boolean): string | null {
  const bad = shownPages(facts).filter(([, answer]) => isBad(answer));
  return bad.length === 0 ? null : bad.map(([path]) => path).join(", ");
}

/** The sentence as `ok`, if at least one page was shown. */
function okOfPages(facts: LiveFacts, sentence: string): Verdict {
  const visits = Object.values(facts.pages);
  if (visits.every(isAnswer) && shownPages(facts).length === 0) {
    return note(
      `No page was shown, so this was not checked: ${sentence}`,
      "Give the doctor the path of the library.",
    );
  }
  return okWhereSeen(sentence, visits);
}

/** The directives of a policy such as `script-src 'self'; …`. Only the first of several policies is read. */
export function parsePolicy(header: string | undefined): Map<string, string[]> {
  const directives = new Map<string, string[]>();
  for (const part of (header ?? "").split(",", 1)[0]?.split(";") ?? []) {
    const [name, ...values] = part.trim().toLowerCase().split(/\s+/);
    if (name !== undefined && name !== "" && !directives.has(name)) directives.set(name, values);
  }
  return directives;
}

/** Sources that let any script in. */
function isLoose(policy: Map<string, string[]>, directive: string): boolean {
  const sources = policy.get(directive) ?? policy.get("default-src");
  return (
    sources === undefined ||
    sources.some((each) => ["'unsafe-inline'", "*", "http:", "https:", "data:"].includes(each))
  );
}

const policyOf = ({ headers }: Answer) => parsePolicy(headers["content-security-policy"]);

const hsts: Check<LiveFacts> = {
  name: "hsts",
  look(facts) {
    const { https, pages } = facts;
    const front = pages["/login"] ?? pages["/"];
    if (!https || !isAnswer(front)) return [];
    const fix = "Send Strict-Transport-Security: max-age=31536000; includeSubDomains.";
    const header = front.headers["strict-transport-security"];
    if (header === undefined) {
      return serious(
        "HSTS is missing: an attacker on the network can keep the first visit on plain http.",
        fix,
      );
    }
    const seconds = Number(/max-age="?(\d+)/i.exec(header)?.[1] ?? 0);
    if (seconds < YEAR_SECONDS) return warning(`Browsers remember HSTS for only ${seconds} seconds.`, fix);
    if (!/includesubdomains/i.test(header)) {
      return note("HSTS leaves out subdomains, which can set cookies over plain http.", fix);
    }
    return ok("HSTS holds for a year and for subdomains.");
  },
};

const scripts: Check<LiveFacts> = {
  name: "csp-scripts",
  look(facts) {
    const missing = pathsWhere(facts, ({ headers }) => headers["content-security-policy"] === undefined);
    const fix = "Forward the library's Content-Security-Policy: it allows scripts only by nonce.";
    if (missing !== null) return serious(`Content-Security-Policy is missing on ${missing}.`, fix);
    const loose = pathsWhere(facts, (answer) => isLoose(policyOf(answer), "script-src"));
    if (loose !== null)
      return serious(`The policy lets any script run on ${loose}, for example through 'unsafe-inline'.`, fix);
    const evaluates = pathsWhere(facts, (answer) =>
      (policyOf(answer).get("script-src") ?? []).includes("'unsafe-eval'"),
    );
    if (evaluates !== null) return warning(`The policy allows eval on ${evaluates}.`, fix);
    return okOfPages(facts, "Scripts run only by nonce or from named places.");
  },
};

const styles: Check<LiveFacts> = {
  name: "csp-rest",
  look(facts) {
    const verdicts: Verdict[] = [];
    const fix = "Forward the library's Content-Security-Policy unchanged.";
    const loose = pathsWhere(facts, (answer) => isLoose(policyOf(answer), "style-src"));
    if (loose !== null) verdicts.push(warning(`The policy lets any style apply on ${loose}.`, fix));
    for (const directive of ["base-uri", "form-action"]) {
      const paths = pathsWhere(facts, (answer) => !policyOf(answer).has(directive));
      if (paths !== null) verdicts.push(warning(`The policy lacks ${directive} on ${paths}.`, fix));
    }
    return verdicts.length > 0 ? verdicts : okOfPages(facts, "Styles, base and form targets are restricted.");
  },
};

const framing: Check<LiveFacts> = {
  name: "framing",
  look(facts) {
    const fix = "Send frame-ancestors 'none' in the Content-Security-Policy.";
    const isOpen = (answer: Answer) => {
      const ancestors = policyOf(answer).get("frame-ancestors");
      return ancestors === undefined || ancestors.some((each) => each === "*" || /^https?:$/.test(each));
    };
    const open = pathsWhere(
      facts,
      (answer) => isOpen(answer) && !/^(deny|sameorigin)$/i.test(answer.headers["x-frame-options"] ?? ""),
    );
    if (open !== null)
      return serious(`Other sites can show ${open} in a frame and trick visitors into clicks.`, fix);
    const old = pathsWhere(facts, isOpen);
    if (old !== null) return note(`Only the old X-Frame-Options keeps ${old} out of frames.`, fix);
    return okOfPages(facts, "No other site can frame the pages.");
  },
};

const small: readonly [header: string, good: RegExp, problem: string, wanted: string][] = [
  ["x-content-type-options", /^nosniff$/i, "Browsers may guess another content type", "nosniff"],
  [
    "referrer-policy",
    /^(same-origin|no-referrer|strict-origin|strict-origin-when-cross-origin)$/i,
    "Links may send other sites more than the origin",
    "same-origin",
  ],
  ["cross-origin-opener-policy", /^same-origin$/i, "Other windows keep access to this one", "same-origin"],
  [
    "cross-origin-resource-policy",
    /^same-(origin|site)$/i,
    "Other sites can embed the answers",
    "same-origin",
  ],
];

const smallHeaders: readonly Check<LiveFacts>[] = small.map(([header, good, problem, wanted]) => ({
  name: header,
  look(facts) {
    const paths = pathsWhere(facts, ({ headers }) => !good.test(headers[header]?.trim() ?? ""));
    if (paths === null) return okOfPages(facts, `${header} is as it should be.`);
    return warning(`${problem}: ${header} is missing or loose on ${paths}.`, `Send ${header}: ${wanted}.`);
  },
}));

const storing: Check<LiveFacts> = {
  name: "no-store",
  look(facts) {
    const isOneVisitors = (path: string, { setCookies, body, status }: Answer) =>
      setCookies.length > 0 ||
      (path in facts.personal && status !== 404) ||
      (status === 200 && body.includes('name="csrf_token"'));
    const names = allAnswers(facts)
      .filter(([path, answer]) => isOneVisitors(path, answer))
      .filter(([, { headers }]) => !/\bno-store\b/i.test(headers["cache-control"] ?? ""))
      .map(([path]) => path);
    if (names.length === 0) {
      const visits = [...Object.values(facts.pages), ...Object.values(facts.personal)];
      return okWhereSeen("Caches keep no forms, no personal pages and no answers that set cookies.", visits);
    }
    return serious(
      `Caches may keep answers for a single visitor: ${[...new Set(names)].join(", ")}.`,
      "Forward the library's Cache-Control: no-store, and disable caching in the proxy for these paths.",
    );
  },
};

const disclosure: Check<LiveFacts> = {
  name: "server-names",
  look(facts) {
    const names = new Set<string>();
    for (const [, { headers }] of allAnswers(facts)) {
      if (headers["x-powered-by"] !== undefined) names.add("X-Powered-By");
      if (/\d/.test(headers.server ?? "")) names.add("Server");
    }
    if (names.size === 0) return okOfPages(facts, "No header names the software of the site.");
    return note(
      `${[...names].join(" and ")} shows attackers which software runs.`,
      "Remove it in the proxy or the application.",
    );
  },
};

/** The headers of pages. */
export const headerChecks: readonly Check<LiveFacts>[] = [
  hsts,
  scripts,
  styles,
  framing,
  ...smallHeaders,
  storing,
  disclosure,
];

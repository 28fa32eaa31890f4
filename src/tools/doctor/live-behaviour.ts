import { type Answer, isAnswer, type Visited } from "../site/exchange.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { foreignHost, type LiveFacts } from "./live-facts.ts";
import { okWhereSeen } from "./observed-address.ts";

const shown = (visited: Visited | undefined): visited is Answer =>
  isAnswer(visited) && visited.status === 200;

const mailbox: Check<LiveFacts> = {
  name: "dev-mailbox",
  look({ hidden, loopback, https }) {
    const visits = [hidden["/dev/mailbox"], hidden["/dev/mailbox.json"]];
    const isOpen = visits.some((visited) => shown(visited) && /mailbox|^\s*\[/i.test(visited.body));
    if (!isOpen) return okWhereSeen("The development mailbox is off.", visits);
    const fix = "Set NODE_ENV=production, and restart the application.";
    if (loopback && !https)
      return note("The site runs in development mode: /dev/mailbox shows all mail.", fix);
    return serious("/dev/mailbox shows all mail with its sign-in links to every visitor.", fix);
  },
};

const metrics: Check<LiveFacts> = {
  name: "metrics",
  look({ hidden, loopback }) {
    const visited = hidden["/metrics"];
    if (!shown(visited) || !/^# (HELP|TYPE) /m.test(visited.body))
      return okWhereSeen("/metrics isn't shown to this visitor.", [visited]);
    if (loopback) return ok("/metrics is shown on this machine, which is its purpose.");
    return serious(
      "/metrics is public: every visitor can read how many people sign in, and when.",
      "Refuse /metrics in the proxy, and let it add X-Forwarded-For to the requests that it forwards.",
    );
  },
};

const files: Check<LiveFacts> = {
  name: "files",
  look({ hidden }) {
    const environment = hidden["/.env"];
    const git = hidden["/.git/HEAD"];
    const open: string[] = [];
    if (
      shown(environment) &&
      /^\s*[A-Z][A-Z0-9_]*=/m.test(environment.body) &&
      !/<html/i.test(environment.body)
    ) {
      open.push("/.env");
    }
    if (shown(git) && /^(ref: |[0-9a-f]{40})/.test(git.body)) open.push("/.git/HEAD");
    if (open.length === 0) return okWhereSeen("No file of the installation is served.", [environment, git]);
    return serious(
      `Files of the installation are served: ${open.join(", ")}.`,
      "Refuse paths that begin with a dot in the proxy, and replace every secret in them.",
    );
  },
};

/** Stack frames and file names, which only the site's owner should read. */
const inside =
  /(^|\n|>|\\n|&nbsp;)\s*at (async )?[\w.<>[\] ]+ \(?(file:|node:|\/|[A-Z]:\\)[^\n]*:\d+:\d+|node_modules\/|Traceback \(most recent|SQLITE_[A-Z]+|[\w/]+\.[jt]s:\d+:\d+/;

const errors: Check<LiveFacts> = {
  name: "error-pages",
  look({ broken }) {
    const verdicts: Verdict[] = [];
    const bad = Object.entries(broken);
    const leaking = bad
      .filter(([, visited]) => isAnswer(visited) && inside.test(visited.body))
      .map(([what]) => what);
    if (leaking.length > 0) {
      verdicts.push(
        serious(
          `The answer to ${leaking.join(" and ")} shows internals of the program.`,
          "Set NODE_ENV=production, and answer errors with a reference only.",
        ),
      );
    }
    const failing = bad
      .filter(([, visited]) => isAnswer(visited) && visited.status >= 500)
      .map(([what]) => what);
    if (failing.length > 0) {
      verdicts.push(
        warning(
          `${failing.join(" and ")} makes the site fail (5xx).`,
          "Read its log, and answer with 400 or 404.",
        ),
      );
    }
    const below = broken["a path below a page"];
    if (shown(below)) {
      verdicts.push(
        warning(
          "A made-up path below /login shows a page; a cache that goes by the file ending would serve it to every visitor.",
          "Answer unknown paths with 404.",
        ),
      );
    }
    return verdicts.length > 0 ? verdicts : okWhereSeen("Errors show no internals.", Object.values(broken));
  },
};

function refusesOwnForms({ forgot: [first] }: LiveFacts["timing"]): boolean {
  return isAnswer(first) && first.status === 403;
}

const csrf: Check<LiveFacts> = {
  name: "csrf",
  look({ csrf: tried, timing }) {
    if (tried === null) {
      return note(
        "/csrf returned no token, so the protection against forgery was not tested.",
        "Give the doctor the path of the library.",
      );
    }
    const verdicts: Verdict[] = [];
    const unclear: string[] = [];
    for (const [how, visited] of Object.entries(tried)) {
      if (isAnswer(visited) && visited.status < 400) {
        verdicts.push(
          serious(
            `A form ${how} is accepted (${visited.status}): other sites can act for visitors.`,
            "Pass Origin, Sec-Fetch-Site, cookies and X-CSRF-Token on to the application, and disable no check.",
          ),
        );
      } else if (!isAnswer(visited) || visited.status !== 403) {
        unclear.push(`${how} (${isAnswer(visited) ? visited.status : visited.failed})`);
      }
    }
    // If every form is refused, the refusals above prove nothing.
    if (verdicts.length === 0 && refusesOwnForms(timing)) {
      return note(
        "The site refuses its own forms too, so its protection against forgery was not tested.",
        "Fix the finding about own forms first.",
      );
    }
    if (unclear.length > 0) {
      verdicts.push(
        note(
          `Refused for another reason than forgery: a form ${unclear.join(", ")}.`,
          "Run the doctor again in a quarter of an hour.",
        ),
      );
    }
    return verdicts.length > 0 ? verdicts : ok("Forms without a token and from other sites are refused.");
  },
};

const ownForms: Check<LiveFacts> = {
  name: "own-forms",
  look({ timing, base, loopback }) {
    if (!refusesOwnForms(timing)) return [];
    return (loopback ? warning : serious)(
      `A form that was sent from ${base.origin} itself is refused: the site is configured for another address.`,
      "Set ORIGIN to the address that visitors use, or give the doctor that address.",
    );
  },
};

const methods: Check<LiveFacts> = {
  name: "methods",
  look({ methods: tried }) {
    const taken = Object.entries(tried).filter(([, visited]) => isAnswer(visited) && visited.status < 400);
    if (taken.length === 0) return okWhereSeen("TRACE, PUT and DELETE are refused.", Object.values(tried));
    const trace = tried.TRACE;
    const fix = "Refuse methods that no route declares, with 405.";
    if (isAnswer(trace) && trace.body.includes("echoed")) {
      return serious("TRACE echoes the request, cookies included.", fix);
    }
    return warning(
      `Methods that no page declares are accepted: ${taken.map(([method]) => method).join(", ")}.`,
      fix,
    );
  },
};

const hosts: Check<LiveFacts> = {
  name: "host-header",
  look({ hosts: tried }) {
    const changed = Object.entries(tried)
      .filter(([, visited]) => {
        if (!isAnswer(visited)) return false;
        const { body, headers, setCookies } = visited;
        return [body, ...Object.values(headers), ...setCookies].some((text) =>
          text.toLowerCase().includes(foreignHost),
        );
      })
      .map(([header]) => header);
    if (changed.length === 0) {
      return okWhereSeen("A forged host changes no link and no redirect.", Object.values(tried));
    }
    return serious(
      `A forged host appears in links or redirects (${changed.join(", ")}): mailed links could lead to an attacker.`,
      "Build addresses only from ORIGIN, and let the proxy answer only for your own names.",
    );
  },
};

/** What the site does with bad requests. */
export const behaviourChecks: readonly Check<LiveFacts>[] = [
  mailbox,
  metrics,
  files,
  errors,
  csrf,
  ownForms,
  methods,
  hosts,
];

import { DAY } from "../../platform/time/index.ts";
import { isAnswer } from "../site/exchange.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { type LiveFacts, pathOf } from "./live-facts.ts";

const RENEW_MS = 21 * DAY;
const URGENT_MS = 3 * DAY;
const CLOCK_SLACK_MS = 30 * 1000;

const reachable: Check<LiveFacts> = {
  name: "reachable",
  look({ pages, base }) {
    const front = pages["/"];
    if (!isAnswer(front)) {
      return serious(
        `${base.origin} doesn't answer (${front?.failed}), so nothing else was checked.`,
        "Check the address, the certificate and that the application and its proxy run.",
      );
    }
    if (front.status >= 500) {
      return serious(
        `${base.origin} answers ${front.status}.`,
        "Read the logs of the application and of its proxy.",
      );
    }
    const target = front.headers.location;
    const place = target === undefined ? null : URL.parse(target, base);
    if (front.status >= 300 && front.status < 400 && place !== null && place.origin !== base.origin) {
      return warning(
        `${base.origin} redirects to another origin, which was not followed.`,
        "Give the doctor the address that visitors use.",
      );
    }
    return ok(`${base.origin} answers.`);
  },
};

const loginPage: Check<LiveFacts> = {
  name: "login-page",
  look({ pages, base }) {
    const login = pages["/login"];
    if (!isAnswer(login)) return [];
    if (login.status === 200 && /name="?password/.test(login.body)) return ok("The login page exists.");
    return warning(
      `No login form is at ${pathOf(base, "/login")} (status ${login.status}), so many checks can't run.`,
      "Give the doctor the address with the path of the library, such as https://app.example.org/auth.",
    );
  },
};

const https: Check<LiveFacts> = {
  name: "https",
  look({ https: secure, loopback }) {
    if (secure) return ok("The address is https.");
    if (loopback)
      return note(
        "The address is plain http, which is fine only on this machine.",
        "Check the public address as well.",
      );
    return serious(
      "The address is plain http: every network on the way can read passwords and sessions.",
      "Serve the site over https.",
    );
  },
};

const certificate: Check<LiveFacts> = {
  name: "certificate",
  look({ https: secure, certificate: shown }) {
    if (!secure) return [];
    const now = Date.now();
    const renew = "Renew it, and automate the renewal.";
    if (shown === null) return serious("No certificate: nothing speaks TLS there.", "Set up https.");
    if (shown.endsAt <= now) return serious("The certificate has expired.", renew);
    if (shown.problem !== null) {
      return serious(
        `Browsers refuse the certificate (${shown.problem}).`,
        "Use a certificate for this name with its whole chain, or name a private authority in NODE_EXTRA_CA_CERTS.",
      );
    }
    const left = shown.endsAt - now;
    const days = Math.floor(left / DAY);
    if (left < URGENT_MS) return serious(`The certificate ends in ${days} days.`, renew);
    if (left < RENEW_MS) return warning(`The certificate ends in ${days} days.`, renew);
    if (!/^TLSv1\.[23]$/.test(shown.protocol)) {
      return warning(`The connection uses ${shown.protocol}.`, "Allow TLS 1.2 and 1.3 only.");
    }
    return ok(`The certificate is valid for ${days} more days (${shown.protocol}).`);
  },
};

const plainHttp: Check<LiveFacts> = {
  name: "http-redirect",
  look({ plain, base, https: secure }) {
    if (plain === null) {
      if (!secure) return [];
      return note(
        "Plain http was not checked, because the site isn't on port 443.",
        "Check port 80 by hand.",
      );
    }
    const { page, post } = plain;
    if (!isAnswer(page)) return ok(`Nothing answers over plain http (${page.failed}).`);
    const fix = "Redirect pages with 308 to https, and refuse everything else.";
    const target = URL.parse(page.headers.location ?? "", `http://${base.host}`);
    if (page.status < 300 || (page.status < 400 && target?.protocol !== "https:")) {
      return serious(`Plain http is answered with ${page.status} instead of a redirect to https.`, fix);
    }
    const verdicts: Verdict[] = [];
    if (page.status < 400 && target?.hostname !== base.hostname) {
      verdicts.push(warning("Plain http redirects to another host.", fix));
    }
    if (isAnswer(post) && (post.status < 300 || [401, 422].includes(post.status))) {
      verdicts.push(serious(`A form sent over plain http is accepted (${post.status}).`, fix));
    } else if (isAnswer(post) && post.status < 400) {
      verdicts.push(
        note(
          `A form sent over plain http is redirected (${post.status}), so a program with the wrong address keeps sending secrets unencrypted.`,
          "Refuse POST over plain http, for example with 403.",
        ),
      );
    }
    return verdicts.length > 0 ? verdicts : ok("Plain http redirects to https.");
  },
};

const ready: Check<LiveFacts> = {
  name: "ready",
  look({ ready: visited }) {
    if (!isAnswer(visited) || visited.status === 404) return [];
    if (visited.status < 500) return ok("The site says it is ready.");
    return serious(
      `/readyz answers ${visited.status}: the site can't reach its database.`,
      "Read its log, and check the database.",
    );
  },
};

const date: Check<LiveFacts> = {
  name: "server-clock",
  look({ pages }) {
    const front = pages["/"];
    const text = isAnswer(front) ? front.headers.date : undefined;
    if (!isAnswer(front) || text === undefined || Number.isNaN(Date.parse(text))) return [];
    const away = Math.abs(front.receivedAt - Date.parse(text));
    if (away <= CLOCK_SLACK_MS) return ok("The clocks of the site and of this machine agree.");
    return warning(
      `The site's clock and this machine's are ${Math.round(away / 1000)} seconds apart.`,
      "Synchronise both with NTP.",
    );
  },
};

/** The way to the site. */
export const connectionChecks: readonly Check<LiveFacts>[] = [
  reachable,
  https,
  certificate,
  plainHttp,
  ready,
  date,
  loginPage,
];

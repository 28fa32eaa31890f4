import { parseSetCookie, type SetCookie } from "../site/cookies.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { allAnswers, type LiveFacts } from "./live-facts.ts";

/** A cookie without its value, which no finding may show. */
type CookieFacts = Omit<SetCookie, "value">;

/** The library's own cookies, whose names don't depend on the site. */
const own = /^(__Host-|__Secure-)?(session|device|data)$/i;

/** Every cookie that was set. Equal names with equal attributes count once. */
function cookiesOf(facts: LiveFacts): CookieFacts[] {
  const distinct = new Map<string, CookieFacts>();
  for (const [, { setCookies }] of allAnswers(facts)) {
    for (const header of setCookies) {
      const { name, attributes } = parseSetCookie(header);
      const key = [name, [...attributes.keys()].sort(), attributes.get("samesite")];
      distinct.set(JSON.stringify(key), { name, attributes });
    }
  }
  return [...distinct.values()];
}

const fix =
  "Let the library set its cookies, let the proxy forward them unchanged, and set ORIGIN to the https address.";

function problemsOf({ name, attributes }: CookieFacts, { https, loopback }: LiveFacts): Verdict[] {
  const mine = own.test(name);
  const verdicts: Verdict[] = [];
  const say = (finding: string) => verdicts.push((mine ? serious : warning)(finding, fix));
  if (!attributes.has("httponly")) say(`The cookie ${name} has no HttpOnly: a script can read it.`);
  if (https && !attributes.has("secure"))
    say(`The cookie ${name} has no Secure: browsers send it over plain http.`);
  if (attributes.has("domain")) say(`The cookie ${name} has a Domain: every subdomain gets it.`);
  const site = attributes.get("samesite")?.toLowerCase();
  if (site !== "lax" && site !== "strict")
    say(`The cookie ${name} isn't SameSite=Lax or Strict: other sites' requests carry it.`);
  if (mine && attributes.get("path") !== "/") say(`The cookie ${name} isn't for Path=/.`);
  if (mine && https && !name.startsWith("__Host-")) {
    say(`The cookie ${name} has no __Host- name: a subdomain can set a cookie of the same name.`);
  }
  if (mine && !https && !loopback) say(`The cookie ${name} is set over plain http.`);
  return verdicts;
}

const flags: Check<LiveFacts> = {
  name: "cookie-flags",
  look(facts) {
    const cookies = cookiesOf(facts);
    if (cookies.length === 0) {
      return warning(
        "No cookie was set, so none could be checked.",
        "Check that the proxy doesn't remove Set-Cookie.",
      );
    }
    const verdicts = cookies.flatMap((cookie) => problemsOf(cookie, facts));
    if (verdicts.length > 0) return verdicts;
    const names = [...new Set(cookies.map(({ name }) => name))].join(", ");
    return ok(`Cookies are set correctly: ${names}.`);
  },
};

const unseen: Check<LiveFacts> = {
  name: "cookies-after-login",
  look() {
    return note(
      "A sign-in sets the device cookie. The doctor doesn't sign in, so it didn't check that cookie.",
      "Check it once in a browser: it must have the attributes of the session cookie.",
    );
  },
};

/** The cookies that the site set. */
export const cookieChecks: readonly Check<LiveFacts>[] = [flags, unseen];

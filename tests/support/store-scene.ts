import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import type { Answer } from "./answer.ts";
import type { Browser } from "./browser.ts";
import { createSite, type Site } from "./site.ts";

/*
 * A site prepared so that one request can do each act. Each act can be tried during a failure and again afterwards.
 * Every act has a separate account.
 */

/** A request that writes, ready to be sent any number of times, without preparation. */
export interface Act {
  send(): Promise<Answer>;
  /** The status without a failure. */
  status: number;
  /** Its last statements run behind the answer. The answer is still whole if they fail. */
  endsLater?: true;
}

export interface Scene {
  site: Site;
  acts: Record<string, Act>;
  /** A signed-in account with the role `admin`, and a visitor without an account. */
  owner: Browser;
  stranger: Browser;
  /** The password, tokens and cookies in use. None of them may be logged. */
  secrets: string[];
}

const password = testPassword;
const chosen = "a louder kettle in the sun";

/** Prepares it over the database in the file at `path`, or in memory. */
export async function storeScene(path = ":memory:"): Promise<Scene> {
  const site = createSite({ database: `sqlite:${path}`, login: { mail: true } });
  const acts: Record<string, Act> = {};
  const secrets = [password, chosen, "not the password"];

  /** Posts JSON with a token that was fetched before. */
  async function act(
    name: string,
    browser: Browser,
    [path, body, status]: [string, object, number],
    headers: Record<string, string> = {},
  ): Promise<void> {
    const token = await browser.csrfToken();
    secrets.push(token, browser.session());
    const sent = { "x-csrf-token": token, ...headers };
    acts[name] = { status, send: () => browser.postJson(path, body, sent) };
  }

  const member = async (name: string) => {
    const browser = await site.signedIn(`${name}@example.org`);
    secrets.push(browser.jar.get("__Host-device") ?? "");
    return browser;
  };
  const mailedToken = async (address: string) => {
    const token = await site.tokenTo(address);
    secrets.push(token);
    return token;
  };
  const login = (name: string, typed: string) => ({ login: `${name}@example.org`, password: typed });

  await unwrap(site.auth.users.create({ email: "login@example.org", password }));
  await act("signs in", site.browser(), ["/login", login("login", password), 200]);
  await act("guesses", site.browser(), ["/login", login("login", "not the password"), 401]);
  await act("registers", site.browser(), ["/register", { email: "new@example.org", password }, 202]);
  const forgetful = { email: "login@example.org" };
  await act("forgot the password", site.browser(), ["/forgot-password", forgetful, 202]);
  await act("asks for a sign-in mail", site.browser(), ["/login/mail", forgetful, 202]);

  const registering = site.browser();
  await registering.postJson("/register", { email: "pending@example.org", password });
  const resend = { email: "pending@example.org" };
  await act("asks for the confirmation again", site.browser(), ["/confirm-email/resend", resend, 202]);
  const confirm = { token: await mailedToken("pending@example.org") };
  await act("confirms an address", registering, ["/confirm-email", confirm, 200]);

  await unwrap(site.auth.users.create({ email: "reset@example.org", password }));
  await site.browser().postJson("/forgot-password", { email: "reset@example.org" });
  const reset = { token: await mailedToken("reset@example.org"), password: chosen };
  const opening = site.browser();
  const open = () => opening.get(`/reset-password?token=${reset.token}`, { accept: "application/json" });
  acts["opens a mailed link"] = { status: 200, send: open };
  await act("resets the password", site.browser(), ["/reset-password", reset, 200]);

  await unwrap(site.auth.users.create({ email: "mailed@example.org", password }));
  const mailed = site.browser();
  await mailed.postJson("/login/mail", { email: "mailed@example.org" });
  const byMail = { token: await mailedToken("mailed@example.org") };
  await act("signs in by mail", mailed, ["/login/mail/confirm", byMail, 200]);

  const mover = await member("mover");
  await mover.postJson("/account/email", { email: "moved@example.org" });
  const move = { token: await mailedToken("moved@example.org") };
  await act("confirms a new address", mover, ["/confirm-email-change", move, 200]);

  const regretful = await member("regretful");
  await regretful.postJson("/account/email", { email: "elsewhere@example.org" });
  await regretful.postJson("/confirm-email-change", { token: await mailedToken("elsewhere@example.org") });
  const undo = { token: await mailedToken("regretful@example.org") };
  await act("undoes a change", site.browser(), ["/undo", undo, 200]);

  const own: Record<string, [string, object, number]> = {
    "proves the password": ["/reauthenticate", { password }, 200],
    "changes the password": ["/account/password", { current_password: password, password: chosen }, 200],
    "asks for another address": ["/account/email", { email: "other@example.org" }, 202],
    "ends the other sessions": ["/account/sessions/end-others", {}, 200],
    "asks for deletion": ["/account/delete", { confirm: "person-5@example.org" }, 200],
    "signs out": ["/logout", {}, 204],
  };
  for (const [index, [name, request]] of Object.entries(own).entries()) {
    const email = `person-${index + 1}`;
    const browser = await member(email);
    // A second session to end.
    await site.signedIn(`${email}@example.org`);
    await act(name, browser, request);
  }
  await act("downloads the data", await member("exporter"), ["/account/export", {}, 200]);
  acts["downloads the data"] = { ...(acts["downloads the data"] as Act), endsLater: true };
  const victim = await member("victim");
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  await act("posts from another site", victim, ["/account/password", {}, 403], foreign);

  const owner = await member("owner");
  const { id } = (await unwrap(site.auth.users.find({ who: "owner@example.org" }))).user as { id: string };
  await unwrap(site.auth.users.setRoles({ userId: id, roles: ["admin"] }));
  secrets.push(owner.session());
  // The last mail that is sent in the background.
  await site.mails();
  return { site, acts, owner, stranger: site.browser(), secrets: secrets.filter((secret) => secret !== "") };
}

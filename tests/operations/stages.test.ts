import { afterEach, describe, expect, test } from "vitest";
import type { Browser } from "../support/browser.ts";
import { createSite, type Site } from "../support/site.ts";
import { terms } from "./support/terms.ts";
import { better, email, type Given, runBy, type View, views, type WayIn, waysIn } from "./support/ways-in.ts";

/*
 * Every way in meets every remaining step, and no value before the last step is a session. One step is the library's
 * own, the other a plugin's.
 */

let site: Site;
afterEach(() => site?.close());

const steps: Record<string, { name: string; input: object }> = {
  "/login/choose-password": { name: "replacePassword", input: { password: `${better} too` } },
  "/login/terms": { name: "acceptTerms", input: {} },
};

/** Every cookie value that the browser has or had, tried as a session. */
async function expectNoSession(browser: Browser, given: Given): Promise<void> {
  const values = new Set([
    ...browser.jar.values,
    ...given.setCookies.map((cookie) => /^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? ""),
  ]);
  const { session } = site.auth.settings.cookies;
  for (const value of values) {
    expect(await site.sessionStatus(`${session}=${value}`)).toBe(401);
    const guarded = await site.browser({ cookie: `${session}=${value}` }).get("/members.json");
    expect(guarded.status).toBe(303);
  }
  expect(await browser.sessionStatus()).toBe(401);
  expect((await browser.get("/members.json", { accept: "application/json" })).status).toBe(401);
  const page = await browser.get("/dashboard");
  expect([page.status, page.location]).toEqual([303, "/login?next=%2Fdashboard"]);
  expect((await site.auth.database.all("SELECT 1 FROM sessions WHERE ended_at IS NULL")).length).toBe(0);
}

async function walk(view: View, way: WayIn): Promise<void> {
  site = createSite({ ...way.options, plugins: [terms] });
  const { browser, name, input } = await way.prepare(site);
  const earlier = [browser.session()];
  const tokens = [await browser.csrfToken()];
  let given = await runBy(view, site, browser, name, input);
  const left = way.makesAccount ? ["/login/terms"] : ["/login/choose-password", "/login/terms"];
  for (const path of left) {
    expect(given.next?.path).toBe(path);
    await expectNoSession(browser, given);
    // The value in the cookie is a new one each time, and so is the token of the forms.
    expect(earlier).not.toContain(browser.session());
    earlier.push(browser.session());
    const token = await browser.csrfToken();
    expect(tokens).not.toContain(token);
    tokens.push(token);
    // A step other than the due one is refused and keeps the sign-in.
    for (const wrong of Object.keys(steps).filter((each) => each !== path)) {
      const step = steps[wrong];
      const answer = await browser.postJson(wrong, step?.input);
      expect([answer.status, answer.code]).toEqual([401, "login_required"]);
    }
    expect((await browser.get(path)).status).toBe(200);
    const step = steps[path];
    given = await runBy(view, site, browser, step?.name ?? "", step?.input ?? {});
  }
  expect([given.code, given.next]).toEqual([null, null]);
  expect(await browser.who()).toBe(email);
  expect(earlier).not.toContain(browser.session());
  const session = (await browser.get("/session")).json<{
    session: { methods: string[]; remembered: boolean };
  }>();
  expect(session.session.methods).toContain("terms");
  expect(session.session.remembered).toBe(way.remembered === true);
  const { cookies } = site.auth.settings;
  for (const value of earlier) expect(await site.sessionStatus(`${cookies.session}=${value}`)).toBe(401);
  expect(await site.auth.database.all("SELECT 1 FROM pending_logins")).toEqual([]);
}

describe.each(views)("by %s, a session begins only after the last step", (view) => {
  test.each(Object.entries(waysIn))("a session begins after the last step, by: %s", async (_name, way) => {
    await walk(view, way);
  });
});

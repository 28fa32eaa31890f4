import { testPassword } from "latchkey/testing";
import { expect } from "vitest";
import type { Answer } from "./answer.ts";
import type { Browser } from "./browser.ts";
import type { Site } from "./site.ts";

/**
 * Expects that a mailed secret doesn't work when it is opened, sent by the form or sent as JSON. Returns the refusal's
 * page.
 */
export async function expectDead(
  site: Site,
  path: string,
  token: string,
  browser: Browser = site.browser(),
): Promise<Answer> {
  const page = await browser.get(`${path}?token=${token}`);
  expect(page.status).toBe(410);
  const form = await browser.postForm(path, { token, password: `another ${testPassword}` });
  expect(form.status).toBe(410);
  const answer = await browser.postJson(path, { token, password: `another ${testPassword}` });
  expect([answer.status, answer.code]).toEqual([410, "link_invalid"]);
  return page;
}

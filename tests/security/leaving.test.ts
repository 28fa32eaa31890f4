import { testPassword } from "latchkey/testing";
import { expect, test } from "vitest";
import { siteMaker } from "../support/sites.ts";

const newSite = siteMaker();
const actionsOf = (headers: Headers) =>
  /form-action ([^;]*)/.exec(headers.get("content-security-policy") ?? "")?.[1];

test("[HD-02] forms lead to the own origin alone unless the option names others", async () => {
  expect(actionsOf((await newSite().browser().get("/login")).headers)).toBe("'self'");
});

test("[HD-02] every page that leads on may leave to the origins of pages.formActions", async () => {
  const formActions = ["https://pay.example", "http://localhost:24912"];
  const site = newSite({ pages: { formActions }, login: { mail: true } });
  const expected = `'self' ${formActions.join(" ")}`;
  const visitor = site.browser();
  for (const page of ["/login", "/register", "/login/mail"])
    expect([page, actionsOf((await visitor.get(page)).headers)]).toEqual([page, expected]);
  const refused = await visitor.submitForm("/login", { login: "anna@example.org", password: "wrong" });
  expect([refused.status, actionsOf(refused.headers)]).toEqual([401, expected]);
  const anna = await site.signedIn("anna@example.org");
  expect(actionsOf((await anna.get("/reauthenticate")).headers)).toBe(expected);
  const next = "/oauth/authorize?client=1";
  const fields = { login: "anna@example.org", password: testPassword, next };
  expect((await visitor.submitForm("/login", fields)).location).toBe(next);
});

test("[RD-01] the option opens no redirect of the library's own", async () => {
  const site = newSite({ pages: { formActions: ["https:"] } });
  await site.signedIn("anna@example.org");
  const fields = { login: "anna@example.org", password: testPassword, next: "https://pay.example/" };
  expect((await site.browser().submitForm("/login", fields)).location).toBe("/dashboard");
});

test.each(["pay.example", "https://pay.example/", "*", "javascript:", "https://a.example; script-src *"])(
  "[HD-02] the start refuses %j in pages.formActions, and says how to write it",
  (origin) => {
    expect(() => newSite({ pages: { formActions: [origin] } })).toThrow(
      /write it like https:\/\/pay\.example/,
    );
  },
);

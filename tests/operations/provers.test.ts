import { unwrap } from "latchkey";
import { feature, fieldError, type Prover, proveAgain } from "latchkey/kit";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSite, type Site } from "../support/site.ts";

/* Re-authentication accepts any evidence of the account. */

let site: Site;
/** The account whose proof the plugin's prover returns. */
let proofOf: string | null;

const pin: Prover = {
  name: "acme-pin/pin",
  field: "pin",
  available: async () => true,
  async prove(core, { user }, evidence) {
    if (evidence !== "2468") throw fieldError("pin", "wrong_password");
    return proveAgain(core, proofOf ?? user.id, "acme-pin/pin", "knowledge");
  },
  render: (_context, field) =>
    field({ name: "pin", label: "PIN", autocomplete: "off", required: true, autofocus: true }),
};

beforeEach(() => {
  proofOf = null;
  site = createSite({ plugins: [feature("acme-pin", { provers: [pin] })] });
});
afterEach(() => site.close());

test("[RA-03] the form shows every way of the account and requires none of its fields", async () => {
  const { text } = await (await site.signedIn("anna@example.org")).get("/reauthenticate");
  const inputs = text.match(/<input[^>]*name="(?:password|pin)"[^>]*>/g) ?? [];
  expect(inputs).toHaveLength(2);
  expect(inputs.filter((input) => / required\b/.test(input))).toEqual([]);
  expect(inputs.filter((input) => / autofocus\b/.test(input))).toHaveLength(1);
});

test("[RA-03] an account without a password chooses between a plugin's way and a mailed code", async () => {
  const email = "carl@example.org";
  await unwrap(site.auth.users.create({ email }));
  const carl = site.browser({ cookie: (await site.as(email)).cookie });
  const before = await carl.get("/reauthenticate");
  expect(before.text).toContain(`You can also confirm with a code. We&#39;ll send it to ${email}.`);
  expect([before.text.includes('name="pin"'), before.text.includes('name="code"')]).toEqual([true, false]);
  await carl.submitForm("/reauthenticate", {}, "/reauthenticate/code");
  const after = await carl.get("/reauthenticate");
  expect(after.text.match(/<input[^>]*name="(?:pin|code)"[^>]*>/g)).toHaveLength(2);
  expect(after.text).toContain(`We&#39;ve sent a code to ${email}.`);
  const { code = "" } = await site.mailTo(email);
  expect((await carl.submitForm("/reauthenticate", { pin: "", code })).status).toBe(303);
});

test("[RA-03] the evidence of a plugin's prover makes the session fresh", async () => {
  const anna = await site.signedIn("anna@example.org");
  const before = anna.session();
  expect((await anna.postJson("/reauthenticate", { pin: "2468" })).status).toBe(200);
  expect(anna.session()).not.toBe(before);
  const rows = await site.auth.database.all("SELECT methods FROM sessions WHERE ended_at IS NULL");
  expect(rows).toEqual([{ methods: "acme-pin/pin" }]);
});

test("[PW-10] refused evidence is never shown again", async () => {
  const anna = await site.signedIn("anna@example.org");
  const page = await anna.submitForm("/reauthenticate", { pin: "13579" });
  expect(page.status).toBe(422);
  expect(page.text).not.toContain("13579");
});

test("a proof of another account is refused", async () => {
  const ben = await site.signedIn("ben@example.org");
  const anna = await site.signedIn("anna@example.org");
  const rows = await site.auth.database.all<{ id: string }>(
    "SELECT id FROM users WHERE email = 'ben@example.org'",
  );
  proofOf = rows[0]?.id ?? "";
  expect((await anna.postJson("/reauthenticate", { pin: "2468" })).status).toBe(403);
  expect([await anna.who(), await ben.who()]).toEqual(["anna@example.org", "ben@example.org"]);
});

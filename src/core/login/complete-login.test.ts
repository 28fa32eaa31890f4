import { unwrap } from "latchkey";
import { createTestAuth, type TestAuth, testPassword } from "latchkey/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { coreOf } from "../../assemble.ts";
import { Secret } from "../../platform/crypto/index.ts";
import type { RequestFacts } from "../core.ts";
import type { LoginCompleted } from "../sessions/index.ts";
import { completeLogin } from "./complete-login.ts";
import { proveAgain } from "./proof.ts";

let t: TestAuth;
let userId: string;

beforeEach(async () => {
  t = createTestAuth();
  userId = (await unwrap(t.auth.users.create({ email: "anna@example.org", password: testPassword }))).user.id;
});
afterEach(() => t.close());

const stranger: RequestFacts = {
  address: "192.0.2.1",
  userAgent: null,
  requestId: "request",
  deviceToken: null,
  preSession: null,
  locale: null,
  sessionId: null,
  userId: null,
};

function complete(facts: Partial<RequestFacts> = {}, id = userId) {
  return t.auth.database.transaction((tx) =>
    completeLogin(coreOf(t.auth), tx, [proveAgain(coreOf(t.auth), id, "password", "knowledge")], {
      remember: false,
      facts: { ...stranger, ...facts },
    }),
  );
}

async function completed(facts: Partial<RequestFacts> = {}): Promise<LoginCompleted> {
  const result = await complete(facts);
  if (result.status !== "signed_in") throw new Error(result.status);
  return result;
}

const kinds = async () => (await t.mails()).map(({ kind }) => kind);

test("[TH-10] a new device is reported once, from the second sign-in on", async () => {
  const first = await completed();
  expect(await kinds()).toEqual([]);
  const { deviceToken } = await completed({ deviceToken: first.deviceToken });
  expect(await kinds()).toEqual([]);
  const other = await completed();
  expect(await kinds()).toEqual(["new_device"]);
  await completed({ deviceToken });
  await completed({ deviceToken: other.deviceToken });
  expect(await kinds()).toEqual(["new_device"]);
});

test("[TH-10] a device cookie of another account doesn't make a device known", async () => {
  await completed();
  const { cookie } = await t.as("ben@example.org");
  const foreign = /device=([^;]+)/.exec(cookie)?.[1] ?? "";
  await completed({ deviceToken: new Secret(foreign) });
  expect(await kinds()).toEqual(["new_device"]);
});

test("[SL-01] a sign-in ends the browser's former session", async () => {
  const first = await completed();
  const own = { sessionId: first.session.id, userId, deviceToken: first.deviceToken };
  const second = await completed(own);
  expect(second.sessionToken.reveal()).not.toBe(first.sessionToken.reveal());
  const sessions = (await unwrap(t.auth.users.sessions({ userId: userId }))).sessions;
  expect(sessions.map(({ endedReason }) => endedReason).sort()).toEqual([null, "replaced"]);
});

test("the policy refuses an account with a record, without a session or mail", async () => {
  await completed();
  await unwrap(t.auth.users.disable({ userId: userId }));
  expect(await complete()).toEqual({ status: "refused", reason: "disabled" });
  expect(await complete({}, "nobody")).toEqual({ status: "refused", reason: "unknown" });
  expect(await kinds()).toEqual([]);
  expect((await unwrap(t.auth.users.sessions({ userId: userId }))).sessions).toHaveLength(1);
  const refusals = await t.auth.database.all("SELECT subject FROM audit WHERE event = 'authn_login_fail'");
  expect(refusals).toEqual([{ subject: userId }, { subject: "nobody" }]);
});

import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { features } from "../../features.ts";
import { eventMeanings } from "../feature/index.ts";
import { emit } from "./emit.ts";
import type { SecurityEvent } from "./events.ts";

const meanings = eventMeanings(features);

/** The used groups of OWASP's logging vocabulary. */
const groups = [
  "authn",
  "authz",
  "excess",
  "input",
  "malicious",
  "privilege",
  "sensitive",
  "sequence",
  "session",
  "user",
];

test("[LG-01] every event is named in the style of OWASP's logging vocabulary", () => {
  for (const name of Object.keys(meanings)) {
    expect([name, /^[a-z]+(_[a-z]+)+$/.test(name)]).toEqual([name, true]);
    expect([name, groups.includes(name.split("_")[0] ?? "")]).toEqual([name, true]);
  }
});

test("[LG-08] every event has its own plain sentence", () => {
  const sentences = Object.values(meanings);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test("[LG-08] exactly the documented events are written by the source", () => {
  const files = globSync("src/**/*.ts", {
    exclude: [
      "**/*.test.ts",
      "src/**/feature.ts",
      "src/core/foundation.ts",
      "src/**/{english,german}.ts",
      "src/features/account-activity/**",
    ],
  });
  const source = files.map((file) => readFileSync(file, "utf8")).join("\n");
  // The list of warnings names events without writing them.
  const writing = source.replace(/new Set<AuditEvent>\(\[[^\]]*\]\)/, "");
  const unwritten = Object.keys(meanings).filter((name) => !writing.includes(`"${name}"`));
  expect(unwritten).toEqual([]);
});

const declared = features.flatMap(({ events = {} }) => Object.entries(events));

test("only events that never concern an account have no listener", () => {
  const without = declared.flatMap(([name, { hook }]) => (hook === null ? [name] : []));
  // Requests before any look-up of an account, and events that concern many accounts.
  expect(without.toSorted()).toEqual([
    "authn_mail_login_requested",
    "authn_password_reset_requested",
    "session_expired",
    "user_confirmation_requested",
  ]);
});

test("[TH-02] listeners of refusals and of strangers' requests run after the answer", () => {
  const refusals = declared.filter(([, { level }]) => level === "warn").map(([name]) => name);
  const deferred = declared.filter(([, event]) => event.deferred === true).map(([name]) => name);
  expect(deferred.toSorted()).toEqual([...refusals, "user_registration_requested"].toSorted());
});

test("events with one name of listeners are all deferred, or none is", () => {
  const byHook = Map.groupBy(declared, ([, { hook }]) => hook);
  for (const [hook, events] of byHook)
    expect([hook, new Set(events.map(([, { deferred = false }]) => deferred)).size]).toEqual([hook, 1]);
});

test("an event that names no listener can't concern an account", async () => {
  const { auth, close } = createTestAuth();
  await auth.ready();
  const core = coreOf(auth);
  // @ts-expect-error it concerns no account
  const event: SecurityEvent = { event: "session_expired", subject: "anna", detail: { sessions: 1 } };
  await expect(core.db.transaction((tx) => emit(core, tx, event))).rejects.toThrow(
    'The event "session_expired" concerns an account: its declaration must name a hook.',
  );
  await close();
});

test("emitting an undeclared event is refused", async () => {
  const { auth, close } = createTestAuth();
  await auth.ready();
  const core = coreOf(auth);
  const stray = { event: "user_invented" } as unknown as SecurityEvent;
  const emitting = core.db.transaction((tx) => emit(core, tx, stray));
  await expect(emitting).rejects.toThrow('No feature declares the event "user_invented"');
  await close();
});

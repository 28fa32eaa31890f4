import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createTestAuth } from "../../adapters/testing.ts";
import { coreOf } from "../../assemble.ts";
import { features } from "../../features.ts";
import { eventMeanings } from "../feature/index.ts";
import { emit } from "./emit.ts";
import type { SecurityEvent } from "./events.ts";

const meanings = eventMeanings(features);

/** The groups of OWASP's logging vocabulary that occur here. */
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

test("[LG-08] every event has one plain sentence of its own", () => {
  const sentences = Object.values(meanings);
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z][^.]+\.$/);
  expect(new Set(sentences).size).toBe(sentences.length);
});

test("[LG-08] documented events are those that the source writes", () => {
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

test("an event that no feature declares is refused where it is emitted", async () => {
  const { auth, close } = createTestAuth();
  await auth.ready();
  const core = coreOf(auth);
  const stray = { event: "user_invented" } as unknown as SecurityEvent;
  const emitting = core.db.transaction((tx) => emit(core, tx, stray));
  await expect(emitting).rejects.toThrow('No feature declares the event "user_invented"');
  await close();
});

import { expect, test } from "vitest";
import { english } from "../../../tests/support/english.ts";
import { features } from "../../features.ts";
import { wordPartsOf } from "../feature/index.ts";
import { createWords, describeError, describeFieldError } from "./index.ts";

test("[TH-01] wrong credentials have one sentence", () => {
  expect(describeError(english, "invalid_credentials").sentence).toBe(
    "The email, username or password is wrong.",
  );
});

test("a wait is shown in minutes", () => {
  expect(describeError(english, "too_many_attempts", { minutes: 12 }).sentence).toContain("12 minutes");
  expect(describeError(english, "too_many_attempts", { minutes: 1 }).sentence).toContain("a minute");
});

test("unknown codes, names of the prototype among them, get a general text", () => {
  for (const code of ["no_such_code", "constructor", "__proto__"]) {
    expect(describeError(english, code)).toEqual(english.errors.internal_error);
    expect(describeFieldError(english, code)).toBe(english.fieldErrors.invalid_input);
  }
  expect(describeFieldError(english, "required", { field: "toString" })).toBe(english.fieldErrors.required);
});

test("[PW-10] field errors name their reason", () => {
  expect(describeFieldError(english, "too_short", { field: "password", limit: 8 })).toContain("8");
  expect(describeFieldError(english, "required", { field: "email" })).toBe("Enter your email address.");
  expect(describeFieldError(english, "common_password")).toContain("too common");
});

test("single sentences can be replaced; the rest stays", () => {
  const messages = createWords({
    parts: wordPartsOf(features),
    locales: ["en"],
    overrides: {
      login: { title: "Anmelden" },
      ended: { idle: "Bitte neu anmelden." },
      errors: { too_many_attempts: { sentence: (minutes: number) => `Noch ${minutes} Minuten.` } },
    },
  }).words(null);
  expect(messages.login.title).toBe("Anmelden");
  expect(messages.ended.idle).toBe("Bitte neu anmelden.");
  expect(messages.login.submit).toBe(english.login.submit);
  expect(describeError(messages, "too_many_attempts", { minutes: 3 }).sentence).toBe("Noch 3 Minuten.");
  expect(english.login.title).toBe("Log in");
});

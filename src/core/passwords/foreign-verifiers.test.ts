import { pbkdf2, pbkdf2Sync, scrypt, scryptSync } from "node:crypto";
import { describe, expect, test, vi } from "vitest";
import { foreignVerifiers } from "./foreign-verifiers.ts";
import { defaultHashParameters, needsRehash, verifyPassword } from "./password-hash.ts";

// Only watched: this distinguishes a refusal from an expensive mismatch.
vi.mock("node:crypto", { spy: true });

// Made by Werkzeug itself.
const vectors: [system: string, password: string, stored: string][] = [
  [
    "pbkdf2 sha256, 260,000",
    "p\u00e4ssw\u00f6rd-\u00dcn\u00efcode596853",
    "pbkdf2:sha256:260000$HQ2rRc9C9WGHfCFU$f321abf185abf76b16028a48499e06c77aef154df7df7ae3a26103775625bfdc",
  ],
  [
    "pbkdf2 sha256, 600,000",
    "hello123729633",
    "pbkdf2:sha256:600000$dfnYAaRMSYeJLUyq$05198fb0780b7c8439562ec53051479be3bbccd39e2a622537c39903704abf30",
  ],
  [
    "pbkdf2 sha1, 1000",
    "correct horse battery staple",
    "pbkdf2:sha1:1000$aB3dE5gH$a77e064dbb6c66b18037322d6a3a5cfc10c731bd",
  ],
  [
    "scrypt 32768:8:1",
    "correct horse battery staple",
    "scrypt:32768:8:1$aB3dE5gH7jK9mN1p$5f4ff2de664996b7f20b24815733f9b84285ed09c2141276b245e4123b9d3b64dc0ce947969d0b6a86011558fd4f3bc39c878939a39f9e480466b71f8bf11e08",
  ],
  [
    "scrypt 16384:8:2",
    "trailing space 939078",
    "scrypt:16384:8:2$UTG79BG16QmtsL4F$49601af7570a0962abc5d4485ac753818020660b49134de6ac8c2e3a56d0dd8f1d7de0c2fc9e34c20c194adcf71bdf080fafc3f44609de4fac752325f96ac2b5",
  ],
];

describe("hashes of Werkzeug", () => {
  test.each(vectors)(
    "[PW-15] a hash of Werkzeug verifies and is due for replacement: %s",
    async (_, password, stored) => {
      expect(await verifyPassword(stored, password)).toBe(true);
      expect(await verifyPassword(stored, `${password}x`)).toBe(false);
      expect(vi.mocked(pbkdf2).mock.calls.length + vi.mocked(scrypt).mock.calls.length).toBeGreaterThan(1);
      expect(needsRehash(stored, defaultHashParameters)).toBe(true);
    },
  );

  test("[PW-15] plain `scrypt` means Werkzeug's default cost", async () => {
    const [, password, stored] = vectors.find(([system]) => system === "scrypt 32768:8:1")!;
    expect(await verifyPassword(stored.replace("scrypt:32768:8:1", "scrypt"), password)).toBe(true);
  });

  test("exactly one verifier accepts each stored text", () => {
    for (const [, , stored] of vectors) {
      expect(foreignVerifiers.filter((verifier) => verifier.recognizes(stored))).toHaveLength(1);
    }
  });

  test("a password hashed in decomposed form verifies as typed, and composed from then on", async () => {
    const typed = "cafe\u0301 am fluss";
    const hex = (password: string) => pbkdf2Sync(password, "salt", 1000, 32, "sha256").toString("hex");
    expect(await verifyPassword(`pbkdf2:sha256:1000$salt$${hex(typed)}`, typed)).toBe(true);
    expect(await verifyPassword(`pbkdf2:sha256:1000$salt$${hex(typed.normalize("NFC"))}`, typed)).toBe(true);
    expect(await verifyPassword(`pbkdf2:sha256:1000$salt$${hex("cafe am fluss")}`, typed)).toBe(false);
  });

  test.each([
    [2, 8, 1],
    [16, 1, 1],
    [1024, 8, 16],
    [1024, 32, 4],
  ])("scrypt N=%i r=%i p=%i gets the memory that it needs", async (N, r, p) => {
    const hex = scryptSync("zkvqxhwm", "salt", 64, { N, r, p, maxmem: 2 ** 28 }).toString("hex");
    expect(await verifyPassword(`scrypt:${N}:${r}:${p}$salt$${hex}`, "zkvqxhwm")).toBe(true);
  });
});

describe("hostile and broken texts", () => {
  const hex64 = "ab".repeat(32);
  const hex128 = "ab".repeat(64);
  test.each([
    `pbkdf2:sha256:99999999$salt$${hex64}`,
    `pbkdf2:sha256:999999999999$salt$${hex64}`,
    `pbkdf2:sha256:0$salt$${hex64}`,
    `pbkdf2:sha256$salt$${hex64}`,
    `pbkdf2:sha256:1000$salt$${hex64.slice(2)}`,
    `pbkdf2:sha256:1000$salt$${hex64.toUpperCase()}`,
    `pbkdf2:sha256:1000$$${hex64}`,
    `pbkdf2:sha512:1000$salt$${hex64}`,
    `pbkdf2:md4:1000$salt$${hex64}`,
    `scrypt:1073741824:8:1$salt$${hex128}`,
    `scrypt:16777216:8:1$salt$${hex128}`,
    `scrypt:32768:8:999$salt$${hex128}`,
    `scrypt:32768:999:1$salt$${hex128}`,
    `scrypt:32767:8:1$salt$${hex128}`,
    `scrypt:1:8:1$salt$${hex128}`,
    `scrypt:0:0:0$salt$${hex128}`,
    `scrypt:32768:8:1$salt$${hex128.slice(0, 93)}`,
    `scrypt:32768:8:1$${"s".repeat(5000)}$${hex128}`,
    "scrypt:",
    "pbkdf2:",
    "plain$$password",
  ])("a broken text is refused without computing anything: %.40s", async (stored) => {
    vi.mocked(pbkdf2).mockClear();
    vi.mocked(scrypt).mockClear();
    expect(await verifyPassword(stored, "password")).toBe(false);
    expect(pbkdf2).not.toHaveBeenCalled();
    expect(scrypt).not.toHaveBeenCalled();
  });
});

import { digest } from "./digest.ts";

/**
 * Keys from tutorials, examples and defaults. Every attacker has them.
 *
 * @see Row KY-01
 */
const published = new Set([
  "dev-key-change-in-production",
  "my_super_secret_random_string_123",
  "12345",
  "your-very-long-random-secret-key-here",
  "your-secret-key",
  "your_secret_key",
  "your-secret-key-here",
  "secret",
  "secret-key",
  "secretkey",
  "changeme",
  "change-me",
  "change_me",
  "password",
  "dev",
  "development",
  "test",
  "keyboard cat",
  "super-secret-key",
  "supersecretkey",
  "a-secret-key",
  "you-will-never-guess",
  "hard to guess string",
  "better-auth-secret-123456789",
  '_5#y2L"F4Q8z\\n\\xec]/',
]);

const SMALLEST_BYTES = 32;
const FEWEST_CHARACTERS = 12;

/** The most random bytes that a text of this form can hold. Hex has 4 bits a character, anything else 6. */
function entropyBytes(key: string): number {
  return /^[0-9a-fA-F]+$/.test(key) ? key.length / 2 : Math.floor((key.length * 3) / 4);
}

/**
 * The problem of a secret key, as the middle of a sentence, or null. It never holds the key itself, except a key from
 * a tutorial.
 */
export function keyProblem(key: string): string | null {
  const plain = key.trim().toLowerCase();
  if (published.has(plain)) return `"${plain}" is from a tutorial, so attackers know it`;
  if (entropyBytes(key) < SMALLEST_BYTES) return `it is shorter than ${SMALLEST_BYTES} random bytes`;
  if (new Set(key).size < FEWEST_CHARACTERS) return "it repeats a few characters, so it isn't random";
  return null;
}

/** Eight characters that name a key in messages and reveal nothing about it. */
export function keyName(key: string): string {
  return digest(`latchkey key name\0${key}`).toString("hex").slice(0, 8);
}

import { hash } from "node:crypto";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import { within } from "../../platform/time/index.ts";
import type { BreachedPasswordService } from "../settings.ts";
import { normalizePassword } from "./password-policy.ts";
import { rangePrefixLength, timesBreached } from "./range-answer.ts";

/**
 * Whether a password appeared in a breach. Rejects with `unavailable` without an answer, if the installation requires
 * one.
 */
export type BreachedPasswordCheck = (password: string) => Promise<boolean>;

/** How often the password appeared, or why that is unknown. */
type Finding = { times: number } | { unknown: string };

// Padded answers have some 2,000 lines of 40 bytes.
const longestAnswer = 1024 * 1024;

/** A flood of chosen passwords must not become a flood of requests. No machine computes this many hashes at once. */
const mostAtOnce = 32;

/** Seconds after which a new try makes sense. */
const retryAfterSeconds = 30;

/**
 * Asks a service that knows the passwords of data breaches, by the API of Have I Been Pwned's "Pwned Passwords".
 *
 * Only the first 5 of 40 hexadecimal characters of the password's SHA-1 leave the machine. Some thousand breached
 * passwords share them, and nothing names the user. The answer is padded, so its size reveals nothing either. SHA-1
 * is the key of the API and protects nothing here.
 *
 * Redirects aren't followed. Anything but a complete, well-formed answer in time counts as none. The log gets the
 * reason, and neither the password nor any part of its digest.
 *
 * @see Row PW-08, ASVS 6.2.12
 */
export function createBreachedPasswordCheck(
  service: BreachedPasswordService,
  log: Logger,
): BreachedPasswordCheck {
  let asking = 0;

  async function find(password: string): Promise<Finding> {
    if (asking >= mostAtOnce) return { unknown: "too many at once" };
    const digest = hash("sha1", normalizePassword(password)).toUpperCase();
    asking += 1;
    try {
      const answer = await fetchInTime(service.url + digest.slice(0, rangePrefixLength), service.timeoutMs);
      if ("unknown" in answer) return answer;
      const times = timesBreached(answer.text, digest.slice(rangePrefixLength));
      return times === undefined ? { unknown: "unreadable answer" } : { times };
    } finally {
      asking -= 1;
    }
  }

  return async (password) => {
    const finding = await find(password);
    if ("times" in finding) return finding.times > 0;
    const { unknown: reason } = finding;
    if (service.whenDown === "refuse") {
      // Logged with the refusal.
      const detail = `the breached-password service gave no answer (${reason})`;
      throw new LatchkeyError("unavailable", { retryAfterSeconds, detail });
    }
    log.warn({ reason }, "a password was allowed unchecked: the breached-password service gave no answer");
    return false;
  };
}

type Answer = { text: string } | { unknown: string };

/** Asks the service. The time limit covers the whole answer, the last byte included. */
async function fetchInTime(url: string, timeoutMs: number): Promise<Answer> {
  const controller = new AbortController();
  try {
    // The signal alone isn't enough: an aborted fetch may stay pending forever (nodejs/node#56917).
    return await within<Answer>(timeoutMs, fetchAnswer(url, controller.signal), () => ({
      unknown: "timeout",
    }));
  } finally {
    controller.abort();
  }
}

async function fetchAnswer(url: string, signal: AbortSignal): Promise<Answer> {
  try {
    const response = await fetch(url, {
      headers: { accept: "text/plain", "add-padding": "true", "user-agent": "latchkey" },
      redirect: "manual",
      signal,
    });
    if (response.status === 200) return await readAnswer(response);
    await response.body?.cancel();
    return { unknown: `status ${response.status}` };
  } catch (error) {
    return { unknown: reasonOf(error) };
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > longestAnswer) return { unknown: "answer too long" };
    chunks.push(chunk);
  }
  return { text: Buffer.concat(chunks).toString("latin1") };
}

/** Only a code such as `ECONNREFUSED`. Messages may repeat the requested address, and with it the prefix. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "no connection";
}

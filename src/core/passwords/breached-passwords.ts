import { hash } from "node:crypto";
import { LatchkeyError } from "../../platform/errors/index.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { BreachedPasswordService } from "../settings.ts";
import { normalizePassword } from "./password-policy.ts";
import { rangePrefixLength, timesBreached } from "./range-answer.ts";

/** Whether a password appeared in a breach. Rejects with `unavailable` where no answer means no. */
export type BreachedPasswordCheck = (password: string) => Promise<boolean>;

/** What came of asking: how often the password appeared, or why nobody knows. */
type Finding = { times: number } | { unknown: string };

// Padded answers have some 2,000 lines of 40 bytes.
const longestAnswer = 1024 * 1024;

/** More than the hashes a machine can compute anyway; a flood of chosen passwords must not become one of requests. */
const mostAtOnce = 32;

/** When trying again makes sense. */
const retryAfterSeconds = 30;

/**
 * Asks a service that knows the passwords of data breaches, by the API of Have I Been Pwned's "Pwned Passwords" (row
 * PW-08, ASVS 6.2.12). Out go the first 5 of 40 hexadecimal characters of the password's SHA-1, the same for some
 * thousand breached passwords, and nothing about who asks; the answer is padded, so its size tells nothing either. SHA-1
 * is what the API is keyed by and protects nothing here.
 *
 * Redirects aren't followed. Whatever isn't a complete, well-formed answer in time counts as none, which is logged with
 * its reason and neither the password nor any part of its digest.
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

/** Asks, and gives up on the whole of it, the last byte included, after the time. */
async function fetchInTime(url: string, timeoutMs: number): Promise<Answer> {
  const controller = new AbortController();
  const { promise: late, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => {
    resolve({ unknown: "timeout" });
    controller.abort();
  }, timeoutMs);
  try {
    // Raced: an aborted fetch may stay pending for ever (nodejs/node#56917).
    return await Promise.race([fetchAnswer(url, controller.signal), late]);
  } finally {
    clearTimeout(timer);
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

/** Only a code such as `ECONNREFUSED`: messages may repeat the address that was asked, and with it the prefix. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : "no connection";
}

const MAXIMUM_LENGTH = 300;
/** Tokens, keys and what passwords become on their way to a mail server. */
const LOOKS_SECRET = /[A-Za-z0-9_-]{32,}|[A-Za-z0-9+/]{23,}={1,2}/g;

/**
 * What went wrong with an attempt, as operators may read it: mail servers quote what they refuse, and a mail's links are
 * live secrets (row KY-03). `secrets` are those this mail holds.
 */
export function failureSentence(error: unknown, secrets: readonly string[] = []): string {
  let message = String((error as Error | null)?.message ?? error);
  for (const secret of secrets) if (secret !== "") message = message.replaceAll(secret, "…");
  return message.replace(LOOKS_SECRET, "…").replace(/\s+/g, " ").trim().slice(0, MAXIMUM_LENGTH);
}

/** Whether trying again is of no use, as a transport says it by `retry: false` on its error. */
export function isFinal(error: unknown): boolean {
  return (error as { retry?: unknown } | null)?.retry === false;
}

/** The short name of what went wrong, such as `ETIMEDOUT`: holds nothing of the mail, so that logs may have it. */
export function failureCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

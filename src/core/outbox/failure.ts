const MAXIMUM_LENGTH = 300;
/** Tokens, keys, and passwords in the encoding that mail servers get. */
const LOOKS_SECRET = /[A-Za-z0-9_-]{32,}|[A-Za-z0-9+/]{23,}={1,2}/g;

/**
 * The reason of a failed attempt, in a form for operators. Mail servers quote refused mail, and a mail's links are live
 * secrets. `secrets` are those of this mail.
 *
 * @see Row KY-03
 */
export function failureSentence(error: unknown, secrets: readonly string[] = []): string {
  let message = String((error as Error | null)?.message ?? error);
  for (const secret of secrets) if (secret !== "") message = message.replaceAll(secret, "…");
  return message.replace(LOOKS_SECRET, "…").replace(/\s+/g, " ").trim().slice(0, MAXIMUM_LENGTH);
}

/** Whether another try is useless. A transport reports that by `retry: false` on its error. */
export function isFinal(error: unknown): boolean {
  return (error as { retry?: unknown } | null)?.retry === false;
}

/** The short name of the failure, such as `ETIMEDOUT`. It holds no part of the mail, so logs may show it. */
export function failureCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

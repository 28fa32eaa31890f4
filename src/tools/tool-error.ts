/** Why a tool didn't run: an argument is wrong, or the tool refuses to act on the site. */
export type ToolErrorCode = "invalid_argument" | "refused";

/**
 * A tool can't run. The message is one sentence that says the fix.
 *
 * @example
 * await runDrill("flood", "https://example.org").catch((error: unknown) => {
 *   if (error instanceof ToolError) console.error(error.code, error.message);
 * });
 */
export class ToolError extends Error {
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string) {
    super(message);
    this.name = "ToolError";
    this.code = code;
  }
}

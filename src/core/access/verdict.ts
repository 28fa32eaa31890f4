import { LatchkeyError } from "../../platform/errors/index.ts";

/**
 * `result` if the policy allows. Throws `forbidden`, or rejects with it if the policy answers later. Anything but a
 * promise is judged at once: a caller that doesn't wait must not slip through.
 */
export function ifAllowed<Result>(
  verdict: boolean | Promise<boolean>,
  result: Result,
): Result | Promise<Result> {
  const check = (allowed: boolean): Result => {
    // Anything but true refuses: a policy without types may return other values.
    if (allowed !== true) throw new LatchkeyError("forbidden", { detail: "the policy refuses" });
    return result;
  };
  const isLater = typeof (verdict as { then?: unknown } | null | undefined)?.then === "function";
  return isLater ? Promise.resolve(verdict).then(check) : check(verdict as boolean);
}

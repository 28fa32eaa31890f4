import { SECOND, within } from "../../platform/time/index.ts";

/** The result of the application's function. Rejects if it takes longer than `limitMs`. */
export function inTime<Result>(
  limitMs: number,
  hook: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  return within(limitMs, (async () => work())(), () => {
    throw new Error(`${hook} took longer than ${limitMs / SECOND} seconds`);
  });
}

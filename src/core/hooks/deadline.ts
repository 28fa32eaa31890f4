import { SECOND } from "../../platform/time/index.ts";

/** What the application's function returns. Rejects if it takes longer than `limitMs`. */
export async function within<Result>(
  limitMs: number,
  hook: string,
  work: () => Result | Promise<Result>,
): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const tooLong = () => new Error(`${hook} took longer than ${limitMs / SECOND} seconds`);
  const timer = setTimeout(() => reject(tooLong()), limitMs);
  try {
    return await Promise.race([(async () => work())(), late]);
  } finally {
    clearTimeout(timer);
  }
}

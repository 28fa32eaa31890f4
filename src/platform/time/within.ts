/** The result of `work`, or what `late` returns or throws if `work` takes longer than `limitMs`. */
export async function within<Result>(
  limitMs: number,
  work: Promise<Result>,
  late: () => Result,
): Promise<Result> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limitMs);
  try {
    return await Promise.race([work, over.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}

import { ConfigurationError } from "../platform/errors/index.ts";

/** A whole number from the options, or the default. Throws a `ConfigurationError` that names the option. */
export function wholeOption(value: number | undefined, fallback: number, name: string, least = 1): number {
  if (value === undefined) return fallback;
  if (!Number.isSafeInteger(value) || value < least) {
    throw new ConfigurationError(`${name} must be a whole number of at least ${least}.`);
  }
  return value;
}

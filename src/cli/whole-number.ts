import { UsageError } from "./command.ts";

/** The number of an option, from 1 to `most`; undefined without the option. Throws `UsageError`. */
export function wholeNumber(text: string | undefined, name: string, most: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text) && Number(text) <= most) return Number(text);
  throw new UsageError(`--${name} takes a whole number from 1 to ${most}.`);
}

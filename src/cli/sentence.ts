import { wordPartsOf } from "../core/feature/index.ts";
import { fieldSentence } from "../core/requests/index.ts";
import { createWords, describeError } from "../core/words/index.ts";
import { features } from "../features.ts";
import { ConfigurationError, LatchkeyError } from "../platform/errors/index.ts";
import { Refusal, UsageError } from "./command.ts";
import { printable } from "./text.ts";

/** The command line speaks English. */
const english = createWords({ parts: wordPartsOf(features), locales: ["en"] }).words("en");

function refusalSentence(error: LatchkeyError): string {
  const [field] = Object.keys(error.fields ?? {});
  if (field !== undefined) return `${field}: ${fieldSentence(english, error.fields ?? {}, field)}`;
  if (error.code === "unavailable") {
    return `The database can't be used right now (${error.message}): look after it, then try again.`;
  }
  const { title, sentence } = describeError(english, error.code);
  return error.message === error.code ? `${title}: ${sentence}` : `${title}: ${error.message}.`;
}

/** An error as one printable line that says the fix; never a stack. */
export function sentenceOf(error: unknown): string {
  if (error instanceof LatchkeyError) return printable(refusalSentence(error));
  const known = [Refusal, UsageError, ConfigurationError];
  const message = error instanceof Error ? error.message : String(error);
  if (known.some((kind) => error instanceof kind)) return printable(message);
  return printable(`That is a mistake in this program, please report it: ${message}.`);
}

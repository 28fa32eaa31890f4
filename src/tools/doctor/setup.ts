import { type Environment, readEnvironment } from "../../adapters/environment.ts";
import { givenKeys } from "../../adapters/given-keys.ts";
import { randomToken } from "../../platform/crypto/index.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The part of the configuration that is valid. */
export interface Setup {
  /** A harmless value replaces every refused variable, so that the rest can be checked. */
  environment: Environment;
  /** The variables behind `environment`. */
  understood: Variables;
  /** Each refused variable with the application's sentence about it. */
  refused: { name: string; sentence: string }[];
  /** The configured keys. Never shown. */
  secretKeys: string[];
}

/** Replaces a missing origin. No check compares with it. */
const noOrigin = "https://origin-not-set.invalid";

/** The variables that decide the default of a variable. */
const defaultsFrom: Readonly<Record<string, readonly string[]>> = {
  HOST: ["NODE_ENV"],
  ORIGIN: ["NODE_ENV", "PORT"],
  SECRET_KEYS: ["NODE_ENV"],
  SMTP_URL: ["NODE_ENV"],
};

/**
 * Whether `environment` doesn't hold what the operator meant: the variable was refused, or its default follows from a
 * refused one. No finding may judge it then.
 */
export function isUnknown({ refused, understood }: Setup, variable: string): boolean {
  const isRefused = (each: string) => refused.some(({ name }) => name === each);
  if (isRefused(variable)) return true;
  return !understood[variable]?.trim() && (defaultsFrom[variable] ?? []).some(isRefused);
}

const substitutes: Record<string, () => string> = {
  ORIGIN: () => noOrigin,
  DATABASE_URL: () => "sqlite::memory:",
  SECRET_KEYS: randomToken,
  SECRET_KEY: randomToken,
  SMTP_URL: () => "smtp://localhost",
};

/** Reads all variables of the environment. The application stops at the first bad one instead. */
export function readSetup(variables: Variables): Setup {
  const understood: Record<string, string | undefined> = { ...variables };
  const refused: Setup["refused"] = [];
  for (;;) {
    try {
      const environment = readEnvironment(understood);
      return { environment, understood, refused, secretKeys: givenKeys(variables)?.keys ?? [] };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const name = /^[A-Z_]+/.exec(error.message)?.[0];
      if (name === undefined || refused.some((each) => each.name === name)) throw error;
      refused.push({ name, sentence: error.message });
      understood[name] = substitutes[name]?.();
    }
  }
}

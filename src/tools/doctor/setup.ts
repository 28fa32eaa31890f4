import { type Environment, readEnvironment } from "../../adapters/environment.ts";
import { randomToken } from "../../platform/crypto/index.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The configuration as far as it can be understood. */
export interface Setup {
  /** What was refused is replaced by something harmless, so that the rest can be looked at. */
  environment: Environment;
  /** The variables behind `environment`. */
  understood: Variables;
  /** Each refused variable with the sentence the application would end with. */
  refused: { name: string; sentence: string }[];
  /** The configured keys; empty where none are. Never shown. */
  secretKeys: string[];
}

/** Stands for a missing origin, which nothing can be compared with. */
const noOrigin = "https://origin-not-set.invalid";

/** What the default of a variable follows from. */
const defaultsFrom: Readonly<Record<string, readonly string[]>> = {
  HOST: ["NODE_ENV"],
  ORIGIN: ["NODE_ENV", "PORT"],
  SECRET_KEYS: ["NODE_ENV"],
  SMTP_URL: ["NODE_ENV"],
};

/**
 * Whether what stands in `environment` isn't what was meant: the variable was refused, or its default follows from one
 * that was. Nothing may be told or judged from it then.
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

function givenKeys({ SECRET_KEYS, SECRET_KEY }: Variables): string[] {
  const text = SECRET_KEYS?.trim() ? SECRET_KEYS : (SECRET_KEY ?? "");
  return text
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "");
}

/** Reads the environment variable by variable, where the application stops at the first bad one. */
export function readSetup(variables: Variables): Setup {
  const understood: Record<string, string | undefined> = { ...variables };
  const refused: Setup["refused"] = [];
  for (;;) {
    try {
      const environment = readEnvironment(understood);
      return { environment, understood, refused, secretKeys: givenKeys(variables) };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const name = /^[A-Z_]+/.exec(error.message)?.[0];
      if (name === undefined || refused.some((each) => each.name === name)) throw error;
      refused.push({ name, sentence: error.message });
      understood[name] = substitutes[name]?.();
    }
  }
}

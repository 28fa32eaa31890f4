import { randomToken } from "../../../platform/crypto/index.ts";
import { ConfigurationError } from "../../../platform/errors/index.ts";
import { type Environment, readEnvironment } from "../../environment.ts";
import type { Variables } from "../command.ts";

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
  /** The mail server's address, unless it was refused. Never shown whole. */
  smtpUrl: string | undefined;
}

/** Stands for a missing origin, which nothing can be compared with. */
const noOrigin = "https://origin-not-set.invalid";

/** Whether the variable was refused, so that what stands in `environment` isn't what was meant. */
export function isRefused({ refused }: Setup, variable: string): boolean {
  return refused.some(({ name }) => name === variable);
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
  const understood: Variables = { ...variables };
  const refused: Setup["refused"] = [];
  for (;;) {
    try {
      const environment = readEnvironment(understood);
      const smtpRefused = refused.some(({ name }) => name === "SMTP_URL");
      return {
        environment,
        understood,
        refused,
        secretKeys: givenKeys(variables),
        smtpUrl: smtpRefused ? undefined : environment.smtpUrl,
      };
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const name = /^[A-Z_]+/.exec(error.message)?.[0];
      if (name === undefined || refused.some((each) => each.name === name)) throw error;
      refused.push({ name, sentence: error.message });
      understood[name] = substitutes[name]?.();
    }
  }
}

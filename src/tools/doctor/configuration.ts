import { keyProblem } from "../../platform/crypto/index.ts";
import { isLoopback } from "../../platform/http/index.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import { isUnknown, type Setup } from "./setup.ts";

const newKey = 'Make one with "npx latchkey keys generate".';

/** The library names a published key. No finding shows a key, not even a published one. */
export function keyProblemUnquoted(key: string): string | null {
  return keyProblem(key)?.replace(/^".*"/s, "it") ?? null;
}

const variables: Check<Setup> = {
  name: "variables",
  look({ refused }) {
    const others = refused.filter(({ name }) => !name.startsWith("SECRET_KEY"));
    if (others.length === 0) return ok("Every other variable is understood.");
    return others.map(({ sentence }) => {
      const at = sentence.lastIndexOf(": ");
      if (at === -1) return serious(sentence, "Correct it; the application doesn't start.");
      const fix = sentence.slice(at + 2);
      return serious(`${sentence.slice(0, at)}.`, `${fix.charAt(0).toUpperCase()}${fix.slice(1)}`);
    });
  },
};

const secretKeys: Check<Setup> = {
  name: "secret-keys",
  look(setup) {
    const {
      secretKeys: keys,
      environment: { production },
    } = setup;
    if (keys.length === 0) {
      const empty = setup.refused.find(({ name }) => !production && name.startsWith("SECRET_KEY"));
      if (empty !== undefined) {
        return serious(`${empty.name} is set and holds no key: the application doesn't start.`, newKey);
      }
      if (isUnknown(setup, "NODE_ENV")) return [];
      return production
        ? serious(
            "No secret key is set, and production doesn't start without one.",
            `Set SECRET_KEYS. ${newKey}`,
          )
        : ok("No key is set: development keeps its own key beside the database.");
    }
    const verdicts: Verdict[] = [];
    keys.forEach((key, index) => {
      const problem = keyProblemUnquoted(key);
      const repeated = keys.indexOf(key) < index ? "it is the same as an earlier one" : null;
      const said = problem ?? repeated;
      if (said === null) return;
      const finding = `Secret key ${index + 1} of ${keys.length} can't be used: ${said}.`;
      if (problem === null) verdicts.push(warning(finding, "Remove it from SECRET_KEYS."));
      else if (production) verdicts.push(serious(finding, newKey));
      else verdicts.push(warning(finding, `${newKey} Production refuses this one.`));
    });
    if (verdicts.length > 0) return verdicts;
    return ok(
      keys.length === 1
        ? "The secret key is long and varied enough."
        : `All ${keys.length} secret keys are long and varied enough.`,
    );
  },
};

const nodeEnvironment: Check<Setup> = {
  name: "node-env",
  look(setup) {
    const { production, host, origin: public_ } = setup.environment;
    if (production) return ok("NODE_ENV is production.");
    const fix = "Set NODE_ENV=production before other people use the application.";
    const originKnown = !isUnknown(setup, "ORIGIN");
    if ((originKnown && public_.startsWith("https:")) || !isLoopback(host)) {
      return serious(
        "NODE_ENV isn't production, but other people can reach the application: /dev/mailbox would show them all mail with its sign-in links.",
        fix,
      );
    }
    if (!originKnown) return [];
    return note("NODE_ENV isn't production, so mail is kept and shown at /dev/mailbox.", fix);
  },
};

const origin: Check<Setup> = {
  name: "origin",
  look({ environment }) {
    if (environment.origin.startsWith("https:")) return ok(`ORIGIN is ${environment.origin}.`);
    return note(
      `ORIGIN is ${environment.origin}, which only this machine can use.`,
      "Set ORIGIN to the public https address before other people use the application.",
    );
  },
};

const registration: Check<Setup> = {
  name: "registration",
  look({
    environment: {
      features: { registration: mode },
    },
  }) {
    if (mode !== "open") return ok(`REGISTRATION is ${mode}.`);
    return warning(
      "REGISTRATION is open: strangers can find out which addresses have an account, and register addresses that aren't theirs.",
      "Set REGISTRATION=confirm-first.",
    );
  },
};

const trustedProxies: Check<Setup> = {
  name: "trusted-proxies",
  look({ environment }) {
    const { trustedProxies: hops, origin: public_ } = environment;
    if (hops > 0 && !public_.startsWith("https:")) {
      return warning(
        `TRUSTED_PROXIES is ${hops} without a proxy in front: every visitor can choose the address that the limits count.`,
        "Set TRUSTED_PROXIES=0.",
      );
    }
    if (hops === 0 && public_.startsWith("https:")) {
      return warning(
        "TRUSTED_PROXIES is 0, but the application speaks plain http, so it must be behind a proxy that speaks https: " +
          "all visitors share that proxy's address, and its limit.",
        "Set TRUSTED_PROXIES to the number of proxies that add to X-Forwarded-For.",
      );
    }
    return ok(`TRUSTED_PROXIES is ${hops}.`);
  },
};

const logLevel: Check<Setup> = {
  name: "log-level",
  look({ environment: { production, logLevel: level } }) {
    if (production && ["silent", "fatal", "error"].includes(level)) {
      return warning(
        `LOG_LEVEL is ${level}, so the log holds no failed sign-ins and refusals.`,
        "Set LOG_LEVEL=info.",
      );
    }
    return ok(`LOG_LEVEL is ${level}.`);
  },
};

const breachedPasswords: Check<Setup> = {
  name: "breached-passwords",
  look({ environment }) {
    if (environment.breachedPasswords) return ok("Passwords are looked up in data breaches.");
    return note(
      "Passwords are checked against the built-in list of common ones only.",
      "Set BREACHED_PASSWORDS=on to look them up in data breaches, if the server may use the network.",
    );
  },
};

/** Silences a check if one of its variables is unknown: the refused variable is a finding already. */
function ofVariables(check: Check<Setup>, ...variables: string[]): Check<Setup> {
  const { name, look } = check;
  return { name, look: (setup) => (variables.some((each) => isUnknown(setup, each)) ? [] : look(setup)) };
}

/** The environment variables. The checks only read them. */
export const configurationChecks: readonly Check<Setup>[] = [
  variables,
  secretKeys,
  ofVariables(nodeEnvironment, "NODE_ENV"),
  ofVariables(origin, "ORIGIN"),
  ofVariables(registration, "REGISTRATION"),
  ofVariables(trustedProxies, "TRUSTED_PROXIES", "ORIGIN"),
  ofVariables(logLevel, "LOG_LEVEL", "NODE_ENV"),
  ofVariables(breachedPasswords, "BREACHED_PASSWORDS"),
];

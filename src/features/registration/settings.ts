import type { EnvironmentVariable } from "../../core/feature/index.ts";
import type { FeatureOptions, Settings } from "../../core/settings.ts";
import { wholeOption } from "../../core/whole-option.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";

/**
 * The mode of registration. `confirm-first`: the account exists once its address is proven. `open`: signed in at once.
 * `invite-only` and `closed`: operators make the accounts.
 */
export type RegistrationMode = "confirm-first" | "open" | "invite-only" | "closed";

const modes: readonly RegistrationMode[] = ["confirm-first", "open", "invite-only", "closed"];

declare global {
  namespace Latchkey {
    interface Options {
      /**
       * The mode of registration. `confirm-first` (default): an account exists once its address is proven, and no
       * answer reveals which addresses have one. `open`: signed in at once. `invite-only`, `closed`: only operators
       * make accounts.
       */
      registration?: RegistrationMode;
    }
    interface ThrottleOptions {
      /** Registrations from one client address. Default 30. */
      registrationsPerAddress?: number;
    }
    interface Settings {
      registration: RegistrationMode;
      registrationsPerAddress: number;
    }
  }
}

/** Throws a `ConfigurationError` with one sentence that says the fix. */
export function registrationSettings({
  registration = "confirm-first",
  throttle,
}: FeatureOptions): Pick<Latchkey.Settings, "registration" | "registrationsPerAddress"> {
  if (!modes.includes(registration)) {
    throw new ConfigurationError(
      `registration "${registration}" is unknown: use confirm-first, open, invite-only or closed.`,
    );
  }
  const given = throttle?.registrationsPerAddress;
  return {
    registration,
    registrationsPerAddress: wholeOption(given, 30, "throttle.registrationsPerAddress"),
  };
}

export const registrationEnvironment: readonly EnvironmentVariable[] = [
  {
    name: "REGISTRATION",
    values: modes,
    default: "confirm-first",
    meaning: "`confirm-first`, `open`, `invite-only`, `closed`",
    read: (value) => ({ registration: value as RegistrationMode }),
  },
];

/** Whether visitors may create accounts. */
export function mayRegister({ registration }: Pick<Settings, "registration">): boolean {
  return registration === "open" || registration === "confirm-first";
}

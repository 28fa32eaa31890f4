import { ConfigurationError } from "../../platform/errors/index.ts";
import type { Feature } from "./feature.ts";

/** Joins records of features. Throws a `ConfigurationError` for a name that two of them declare. */
export function join<Value>(
  what: string,
  features: readonly Feature[],
  part: (feature: Feature) => Readonly<Record<string, Value>> | undefined,
): Record<string, Value> {
  const joined: Record<string, Value> = Object.create(null);
  const owners = new Map<string, string>();
  for (const feature of features) {
    for (const [name, value] of Object.entries(part(feature) ?? {})) {
      const owner = owners.get(name);
      if (owner !== undefined) {
        throw new ConfigurationError(
          `The features ${owner} and ${feature.name} both declare the ${what} "${name}": rename one of them.`,
        );
      }
      owners.set(name, feature.name);
      joined[name] = value;
    }
  }
  return joined;
}

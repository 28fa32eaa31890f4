import { refuseSameNames } from "./collisions.ts";
import type { Feature } from "./feature.ts";

/** Joins records of features. Throws a `ConfigurationError` for a name that two of them declare. */
export function join<Value>(
  what: string,
  features: readonly Feature[],
  part: (feature: Feature) => Readonly<Record<string, Value>> | undefined,
): Record<string, Value> {
  const parts = new Map(features.map((feature) => [feature, part(feature) ?? {}]));
  refuseSameNames(features, what, (feature) => Object.keys(parts.get(feature) ?? {}));
  return Object.assign(Object.create(null), ...parts.values());
}

import type { FeatureOptions, Settings } from "../settings.ts";
import type { Feature } from "./feature.ts";
import { join } from "./join.ts";

/** What the features make of the options, and how long their links live. */
export function settingsOfFeatures(
  features: readonly Feature[],
  options: FeatureOptions,
): Latchkey.Settings & Pick<Settings, "lifetimes"> {
  const settings = join<unknown>("setting", features, (feature) => feature.settings?.(options));
  const lifetimes = join("lifetime", features, (feature) => feature.lifetimes);
  // Each feature is typed to hand in its own members; together they are all of them.
  return { ...settings, lifetimes } as unknown as Latchkey.Settings & Pick<Settings, "lifetimes">;
}

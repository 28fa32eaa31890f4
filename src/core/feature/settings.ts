import type { FeatureOptions, Settings } from "../settings.ts";
import type { Feature } from "./feature.ts";
import { join } from "./join.ts";

/** The features' resolved options and lifetimes. */
export function settingsOfFeatures(
  features: readonly Feature[],
  options: FeatureOptions,
): Latchkey.Settings & Pick<Settings, "lifetimes"> {
  const settings = join<unknown>("setting", features, (feature) => feature.settings?.(options));
  const lifetimes = join("lifetime", features, (feature) => feature.lifetimes);
  // Each feature returns its own members; together they are complete.
  return { ...settings, lifetimes } as unknown as Latchkey.Settings & Pick<Settings, "lifetimes">;
}

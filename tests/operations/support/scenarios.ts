import { accountScenarios } from "./account-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { visitorScenarios } from "./visitor-scenarios.ts";

/** Name of the operation → the ways to run it. */
export const scenarios: Record<string, readonly Scenario[]> = { ...visitorScenarios, ...accountScenarios };

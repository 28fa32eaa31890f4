/**
 * Tools that operators run from a program. The doctor checks an installation. Drills attack your own site, within
 * bounds. The command line runs them as `latchkey doctor` and `latchkey drill`.
 * @module
 */
export type { Finding, Level, Verdict } from "./doctor/finding.ts";
export { type DoctorOptions, runDoctor } from "./doctor/run-doctor.ts";
export type { Variables } from "./doctor/setup.ts";
export type { Check } from "./drill/drill.ts";
export { type DrillName, type DrillReport, type RunDrillOptions, runDrill } from "./drill/run-drill.ts";
export { ToolError, type ToolErrorCode } from "./tool-error.ts";

/**
 * Tools for operators, to run from a program: the doctor, which checks an installation, and drills, which attack your own
 * site within bounds. The command line runs the same as `latchkey doctor` and `latchkey drill`.
 * @module
 */
export type { Finding, Level, Verdict } from "./doctor/finding.ts";
export { type DoctorOptions, runDoctor } from "./doctor/run-doctor.ts";
export type { Variables } from "./doctor/setup.ts";
export type { Check } from "./drill/drill.ts";
export { type DrillName, type DrillReport, type RunDrillOptions, runDrill } from "./drill/run-drill.ts";
export { ToolError, type ToolErrorCode } from "./tool-error.ts";

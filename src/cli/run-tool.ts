import { Refusal, UsageError } from "./command.ts";

const load = () => import("../tools/index.ts");

// The types come from the loaded module, because this is the only import of the tools in the command line.
type Tools = Awaited<ReturnType<typeof load>>;
export type Finding = Awaited<ReturnType<Tools["runDoctor"]>>[number];
export type DrillName = Parameters<Tools["runDrill"]>[0];
export type DrillReport = Awaited<ReturnType<Tools["runDrill"]>>;

/** Loads the tools and runs one of them. Its errors become errors of the command. */
export async function runTool<Result>(run: (tools: Tools) => Promise<Result>): Promise<Result> {
  const tools = await load();
  try {
    return await run(tools);
  } catch (error) {
    if (!(error instanceof tools.ToolError)) throw error;
    throw error.code === "invalid_argument" ? new UsageError(error.message) : new Refusal(error.message);
  }
}

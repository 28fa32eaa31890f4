import { ToolError } from "../tools/index.ts";
import { Refusal, UsageError } from "./command.ts";

/** Runs a tool, whose errors become those of a command. */
export async function withToolErrors<Result>(run: Promise<Result>): Promise<Result> {
  try {
    return await run;
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw error.code === "invalid_argument" ? new UsageError(error.message) : new Refusal(error.message);
  }
}

import type { Auth } from "latchkey";
import { type ExitCode, runCommandLine } from "../../src/cli/main.ts";

interface Around {
  /** The auth object that commands open; it stays open. Without one, opening a database fails. */
  auth?: object;
  /** The standard input. Default: empty. */
  input?: string;
  variables?: Record<string, string>;
}

/** Runs a command line and keeps its output. */
export async function runCommand(
  words: readonly string[],
  { auth, input = "", variables = {} }: Around = {},
): Promise<{ code: ExitCode; out: string; error: string }> {
  let out = "";
  let error = "";
  const code = await runCommandLine(words, {
    variables,
    out: (text) => {
      out += `${text}\n`;
    },
    error: (text) => {
      error += `${text}\n`;
    },
    readInput: async () => input,
    openAuth: async () => {
      if (auth === undefined) throw new Error("This command must not open a database.");
      return { ...auth, close: async () => undefined } as unknown as Auth;
    },
  });
  return { code, out, error };
}

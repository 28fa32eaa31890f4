import type { Auth } from "latchkey";
import { vi } from "vitest";
import { runCommandLine } from "../../../src/cli/main.ts";

/** Runs a command over an auth object that stays open. */
export async function runOver(
  auth: Auth,
  words: string[],
  stdin = "",
): Promise<{ code: number; error: string }> {
  let error = "";
  const closing = vi.spyOn(auth, "close").mockResolvedValue();
  const code = await runCommandLine(words, {
    variables: {},
    out: () => undefined,
    error: (text) => {
      error += text;
    },
    readInput: async () => stdin,
    openAuth: async () => auth,
  });
  closing.mockRestore();
  return { code, error };
}

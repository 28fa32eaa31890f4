import { LatchkeyError } from "../../platform/errors/index.ts";
import { SECOND } from "../../platform/time/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { inTime } from "./deadline.ts";
import { type BeforeSubjects, type HookAnswer, hookRequest } from "./hooks.ts";

/** The longest time of a hook. */
const DEADLINE_MS = 5 * SECOND;

/**
 * Asks the application whether something may happen. A sentence, an error and a slow hook all refuse: a failing hook
 * must never allow what it guards. Throws `refused`.
 */
export async function askBefore<Name extends keyof BeforeSubjects>(
  core: Core,
  name: Name,
  subject: BeforeSubjects[Name],
  facts: RequestFacts,
): Promise<void> {
  const hook = core.hooks.before[name];
  if (hook === undefined) return;
  let answer: HookAnswer;
  try {
    answer = await inTime(DEADLINE_MS, `before.${name}`, () => hook(subject, hookRequest(facts)));
  } catch (error) {
    const fields = { hook: `before.${name}`, error: String(error), request_id: facts.requestId };
    core.log.error(fields, "a hook failed, so what it was asked about was refused");
    throw new LatchkeyError("refused", { detail: `before.${name} failed`, cause: error });
  }
  if (answer === undefined) return;
  const sentence = sentenceOf(answer);
  throw new LatchkeyError("refused", {
    detail: `before.${name} refused`,
    ...(sentence === undefined ? {} : { sentence }),
  });
}

/** A program without types may return any value. Every value but nothing refuses, at worst without a sentence. */
function sentenceOf(answer: unknown): string | undefined {
  const { refuse } = Object(answer) as { refuse?: unknown };
  return typeof refuse === "string" && refuse.trim() !== "" ? refuse : undefined;
}

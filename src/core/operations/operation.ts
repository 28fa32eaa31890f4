import type { GenericSchema, InferOutput } from "valibot";
import { type ErrorCode, LatchkeyError } from "../../platform/errors/index.ts";
import type { Core } from "../core.ts";
import type { LoginContinues } from "../login/index.ts";
import type { Call } from "./call.ts";

/**
 * The access to an operation, without a default: an operation or a route without it doesn't compile. `fresh` also
 * requires a recent proof: 10 minutes to `open` a page, 20 to `submit` it. `operator` is for scripts and the command
 * line; no request reaches it.
 */
// Row AZ-01.
export type Access =
  | { readonly to: "everyone" }
  | { readonly to: "signed-in"; readonly fresh?: "open" | "submit" }
  | { readonly to: "role"; readonly role: string; readonly fresh?: "open" | "submit" }
  | { readonly to: "operator" };

/** Every visitor may, without a session. */
export const everyone: Access = { to: "everyone" };
/** A signed-in account may. */
export const signedIn: Access = { to: "signed-in" };
/** Scripts and the command line may; no request reaches it. */
export const operator: Access = { to: "operator" };

/** An action, written once. The page, the JSON endpoint and the function are views of it. */
export interface Operation<Input = never, Output = unknown> {
  /** One line for `explain`, OpenAPI and the docs. */
  readonly summary: string;
  readonly access: Access;
  /** Its input, in camel case; forms and JSON use the same names in snake case. */
  readonly input?: GenericSchema;
  /** It also takes the application's own fields of a user (option `user.fields`), as `fields`. */
  readonly takesUserFields?: true;
  /** It takes an account's evidence of any kind, as `fields`. */
  readonly takesEvidence?: true;
  /** It hashes a password. If the queue is full, an unknown device is refused before any read. */
  readonly hashes?: true;
  /** It completes sign-ins, so it may refuse with the code of any remaining step. */
  readonly signsIn?: true;
  /** Codes it may refuse with, besides those that follow from its access and its input. */
  readonly refusals?: readonly ErrorCode[];
  run(core: Core, input: Input, call: Call): Promise<Output>;
}

/** An operation of any input, as lists hold it. */
export type AnyOperation = Operation<never>;

/** The input of the operation, with the application's own fields if it takes those. */
export type InputOf<Schema extends GenericSchema> = InferOutput<Schema> & {
  fields?: Readonly<Record<string, unknown>>;
};

/**
 * Declares an operation; the type of its input follows from the schema.
 *
 * @example
 * const rename = operation({
 *   summary: "Gives the account a nickname",
 *   access: signedIn,
 *   input: v.object({ nickname: line() }),
 *   run: (core, { nickname }, call) => setNickname(core.db, call.requireAccount().user.id, nickname),
 * });
 */
export function operation<Schema extends GenericSchema, Output>(
  declaration: Omit<Operation<InputOf<Schema>, Output>, "input"> & { readonly input: Schema },
): Operation<InputOf<Schema>, Output>;
export function operation<Output>(
  declaration: Omit<Operation<object, Output>, "input">,
): Operation<object, Output>;
export function operation(declaration: Operation): Operation {
  return declaration;
}

/** The result of an operation without a remaining step of a sign-in. */
export type Completed<Output> = Exclude<Output, LoginContinues>;

/**
 * Runs an operation after the checks of its caller and input. A sign-in with a remaining step becomes a refusal here,
 * for every way in. The transaction is committed, and the client holds the pending sign-in.
 */
export async function runOperation<Input, Output>(
  core: Core,
  { run }: Operation<Input, Output>,
  input: Input,
  call: Call,
): Promise<Completed<Output>> {
  const result = await run(core, input, call);
  const step = result as Partial<LoginContinues> | null | undefined;
  if (step?.status !== "continue" || step.stage === undefined || step.token === undefined)
    return result as Completed<Output>;
  const { stage, token } = step;
  call.effects.holdLogin(token);
  const next = { stage: stage.name, path: stage.path, token };
  throw new LatchkeyError(stage.code, { next });
}

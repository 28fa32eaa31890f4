import type { Core } from "./core/core.ts";
import type { Feature } from "./core/feature/index.ts";
import {
  type AnyOperation,
  attempt,
  type Call,
  isScriptCall,
  type Operation,
  type OperatorContext,
  type Outcome,
  operatorCall,
  runOperation,
} from "./core/operations/index.ts";
import { AuthState, checkAccess, checkInput } from "./core/requests/index.ts";
import { LatchkeyError } from "./platform/errors/index.ts";

type Given = Readonly<Record<string, unknown>>;
type Function = (input?: Given, context?: unknown) => Promise<Outcome<object>>;

/** The checked input of a function. The operations check the application's own fields and evidence. */
function checked({ input: schema, takesUserFields, takesEvidence }: AnyOperation, given: Given): object {
  const values = schema === undefined ? {} : (checkInput(schema, given) as object);
  if (takesUserFields && given.fields !== undefined) return { ...values, fields: given.fields };
  return takesEvidence ? { ...values, fields: given } : values;
}

function accountCall(core: Core, { access }: AnyOperation, context: unknown): Call {
  if (context instanceof AuthState) {
    checkAccess(core, context, access);
    return context;
  }
  if (!isScriptCall(context))
    throw new TypeError("The last argument is the request's auth (auth.for), or a script's (auth.context).");
  if (access.to !== "everyone") throw new LatchkeyError("login_required");
  return context;
}

interface Binding {
  core: Core;
  ready(): Promise<void>;
}

function bind(
  { core, ready }: Binding,
  operation: AnyOperation,
  callOf: (context: unknown) => Call,
): Function {
  return (input = {}, context) =>
    attempt(async () => {
      await ready();
      const call = callOf(context);
      const result = await runOperation(
        core,
        operation as Operation<object, object>,
        checked(operation, input),
        call,
      );
      return { ...result };
    });
}

/** The functions of a switched-off feature. They answer `not_found`. */
const switchedOff: Function = () =>
  attempt(() => Promise.reject(new LatchkeyError("not_found", { detail: "this feature is switched off" })));

function bindAll(
  operations: Readonly<Record<string, AnyOperation>>,
  make: (operation: AnyOperation) => Function,
): Record<string, Function> {
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, make(operation)]));
}

/**
 * The functions of the auth object: views of the operations, as routes are. `all`: the program's features, including
 * those that this configuration switches off.
 */
export function createFunctions(binding: Binding, all: readonly Feature[]) {
  const { operations, operators } = binding.core.features;
  const off = Object.assign({}, ...all.map((feature) => feature.operations ?? {})) as Record<
    string,
    AnyOperation
  >;
  return {
    account: {
      ...bindAll(off, () => switchedOff),
      ...bindAll(operations, (each) =>
        bind(binding, each, (context) => accountCall(binding.core, each, context)),
      ),
    },
    operators: Object.fromEntries(
      Object.entries(operators).map(([group, functions]) => [
        group,
        bindAll(functions, (each) =>
          bind(binding, each, (context) => operatorCall(context as OperatorContext)),
        ),
      ]),
    ),
  };
}

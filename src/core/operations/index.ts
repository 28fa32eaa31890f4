export type { Call, Effects } from "./call.ts";
export {
  type AuthContext,
  isScriptCall,
  type OperatorContext,
  operatorCall,
  type RequestContext,
  type ScriptContext,
  type ScriptFacts,
  scriptContext,
} from "./context.ts";
export { type JsonSchema, json, jsonObject } from "./json-schema.ts";
export {
  type Access,
  type AnyOperation,
  type Completed,
  everyone,
  type InputOf,
  type Operation,
  operation,
  operator,
  runOperation,
  signedIn,
} from "./operation.ts";
export { attempt, type Outcome, type Refusal, unwrap } from "./outcome.ts";

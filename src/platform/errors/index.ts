export {
  ConfigurationError,
  type Continuation,
  declareRefusals,
  type ErrorCode,
  type FieldProblem,
  type FieldProblems,
  fieldError,
  LatchkeyError,
} from "./latchkey-error.ts";

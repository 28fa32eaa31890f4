export {
  ConfigurationError,
  type Continuation,
  declareRefusals,
  type ErrorCode,
  type ErrorParticulars,
  type FieldProblem,
  type FieldProblems,
  fieldError,
  LatchkeyError,
} from "./latchkey-error.ts";

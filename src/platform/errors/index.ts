export {
  ConfigurationError,
  type ErrorCode,
  type FieldProblem,
  type FieldProblems,
  fieldError,
  LatchkeyError,
} from "./latchkey-error.ts";

export { sessionFeature } from "./feature.ts";
export { answerLogin, type LoginOutcome, loginAnswer } from "./login-outcome.ts";
export { sessionJson } from "./session-json.ts";

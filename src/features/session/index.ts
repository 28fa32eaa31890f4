export { sessionFeature } from "./feature.ts";
export { answerLogin, type LoginOutcome } from "./login-outcome.ts";
export { sessionJson } from "./session-json.ts";

export {
  addressFailures,
  linkPasswords,
  mailLoginCodes,
  mailRequests,
  mailsTo,
  recordedRefusals,
  recordsOfStrangers,
  registrations,
} from "./budgets.ts";
export {
  consume,
  consumeOrThrow,
  giveAttemptBack,
  tryConsume,
} from "./counters.ts";
export { forgetPasswordFailures, passwordAttempt } from "./password-attempt.ts";
export { deleteEndedBuckets } from "./queries.ts";

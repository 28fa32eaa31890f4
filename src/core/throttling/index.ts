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
export { forgetPasswordFailures, passwordAttempt } from "./password-attempt.ts";
export { deleteEndedBuckets } from "./queries.ts";
export {
  giveAttemptBack,
  reserve,
  takeAttempt,
  takeWithin,
} from "./throttling.ts";

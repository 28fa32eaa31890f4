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
export { forgetPasswordFailures, type PasswordAttempt, passwordAttempt } from "./password-attempt.ts";
export { deleteEndedBuckets } from "./queries.ts";
export {
  bucket,
  giveAttemptBack,
  reserve,
  takeAttempt,
  takeWithin,
} from "./throttling.ts";

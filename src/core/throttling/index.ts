export { addressFailures, mailsTo, passwordFailures, recordedRefusals, registrations } from "./budgets.ts";
export { deleteEndedBuckets } from "./queries.ts";
export {
  type Bucket,
  bucket,
  forgetAttempts,
  giveAttemptBack,
  reserve,
  takeAttempt,
} from "./throttling.ts";

export { addressFailures, mailsTo, passwordFailures, recordedRefusals, registrations } from "./budgets.ts";
export { deleteEndedBuckets } from "./queries.ts";
export {
  type Bucket,
  bucket,
  forgetAttempts,
  giveAttemptBack,
  type Reservation,
  reserve,
  takeAttempt,
} from "./throttling.ts";

export {
  addressFailures,
  codesMailedTo,
  linkPasswords,
  mailRequests,
  mailsTo,
  recordedRefusals,
  recordsOfStrangers,
  rightSignIns,
} from "./budgets.ts";
export { type Bucket, bucket, type Counters, consumeOrThrow, type Reservation } from "./counters.ts";
export { type Lease, takeLease } from "./lease.ts";
export { forgetPasswordFailures, passwordAttempt } from "./password-attempt.ts";
export { createSqlCounters } from "./sql-counters.ts";

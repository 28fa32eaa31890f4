import type { Core } from "../../core/core.ts";
import { type Bucket, bucket } from "../../core/counters/index.ts";
import { HOUR } from "../../platform/time/index.ts";

/** Downloads that an account may begin in an hour. */
export function downloads({ settings }: Core, userId: string): Bucket {
  return bucket("downloads", [userId], settings.downloadsPerAccount, HOUR);
}

/** The one download of an account at a time. */
export function runningDownload(userId: string, leaseMs: number): Bucket {
  return bucket("running-download", [userId], 1, leaseMs);
}

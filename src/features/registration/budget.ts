import type { Core, RequestFacts } from "../../core/core.ts";
import { type Bucket, bucket } from "../../core/counters/index.ts";
import { addressBucket } from "../../platform/http/index.ts";

/** Registrations from a client address. */
export function registrations({ settings }: Core, facts: RequestFacts): Bucket {
  const key = addressBucket(facts.address);
  return bucket("registrations", [key], settings.registrationsPerAddress, settings.throttle.windowMs);
}

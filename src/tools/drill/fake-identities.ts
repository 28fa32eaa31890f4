import { randomBytes } from "node:crypto";

const unique = (): string => randomBytes(8).toString("hex");

/** An address without an owner. `.invalid` is reserved (RFC 2606), so mail to it reaches no person. */
export const madeUpAddress = (): string => `drill-${unique()}@example.invalid`;

/** A password that registration accepts, and that is wrong for every account. */
export const madeUpPassword = (): string => `a wrong teapot ${unique()}`;

import { randomBytes } from "node:crypto";

const unique = (): string => randomBytes(8).toString("hex");

/** An address without an owner: `.invalid` is reserved for that (RFC 2606), so mail to it goes nowhere. */
export const madeUpAddress = (): string => `drill-${unique()}@example.invalid`;

/** A password good enough to register with, and wrong for every account. */
export const madeUpPassword = (): string => `a wrong teapot ${unique()}`;

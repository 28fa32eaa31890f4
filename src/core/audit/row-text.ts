import { hash } from "node:crypto";

/** The part of a row that a seal covers. Address and user agent aren't part of it: they are shortened later. */
export interface SealedFields {
  id: string;
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  request_id: string | null;
  detail: string;
}

/** The canonical text of a row: JSON of its sealed fields, in this order. */
export function rowText({ id, time, event, actor, subject, request_id, detail }: SealedFields): string {
  return JSON.stringify([id, time, event, actor, subject, request_id, detail]);
}

/** SHA-256 of the canonical text of a row. */
export function rowHash(row: SealedFields): Buffer {
  return hash("sha256", rowText(row), "buffer");
}

/** A time in words for sentences; a forged one may be invalid. */
export function timeText(time: number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? "an impossible time" : date.toISOString();
}

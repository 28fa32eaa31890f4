import { type KeyRing, open, seal } from "../../platform/crypto/index.ts";

export type FlashCategory = "success" | "info" | "warning" | "error";

export interface Flash {
  message: string;
  category: FlashCategory;
}

/** What the data cookie holds: values of one session (or of nobody yet), and messages to show once. */
export interface DataCookie {
  /** The session whose values these are; empty before anybody signed in. */
  owner: string;
  values: Record<string, unknown>;
  flashes: Flash[];
}

/** Browsers keep at most this much of name and value together (RFC 6265bis 5.5; row CK-08). */
const COOKIE_LIMIT_BYTES = 4096;

/** The session dictionary has grown beyond what a cookie can hold. Raised where the value is set. */
export class SessionDataTooLarge extends Error {
  readonly code = "session_data_too_large";
  constructor(bytes: number) {
    super(
      `The session dictionary takes ${bytes} bytes sealed, and a cookie holds ${COOKIE_LIMIT_BYTES}. ` +
        'Store less, or keep it on the server with session: { data: { store: "server" } }.',
    );
    this.name = "SessionDataTooLarge";
  }
}

export function emptyDataCookie(): DataCookie {
  return { owner: "", values: {}, flashes: [] };
}

export function isEmpty({ values, flashes }: DataCookie): boolean {
  return flashes.length === 0 && Object.keys(values).length === 0;
}

/** The sealed form. Throws `SessionDataTooLarge`. */
export function sealDataCookie(
  keys: KeyRing,
  cookieName: string,
  { owner, values, flashes }: DataCookie,
): string {
  const messages = flashes.map(({ message, category }) => [category, message]);
  const sealed = seal(keys, "session-data", JSON.stringify([owner, values, messages])).toString("base64url");
  const bytes = cookieName.length + sealed.length;
  if (bytes > COOKIE_LIMIT_BYTES) throw new SessionDataTooLarge(bytes);
  return sealed;
}

/** Opens a data cookie; anything that this installation didn't seal counts as none. */
export function openDataCookie(keys: KeyRing, value: string | null): DataCookie {
  if (value === null || value.length > COOKIE_LIMIT_BYTES || !/^[A-Za-z0-9_-]+$/.test(value))
    return emptyDataCookie();
  const text = open(keys, "session-data", Buffer.from(value, "base64url"));
  if (text === null) return emptyDataCookie();
  const [owner, values, messages] = JSON.parse(text) as [
    string,
    Record<string, unknown>,
    [FlashCategory, string][],
  ];
  return { owner, values, flashes: messages.map(([category, message]) => ({ category, message })) };
}

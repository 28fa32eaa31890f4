import { type KeyRing, open, seal } from "../../platform/crypto/index.ts";
import { LatchkeyError } from "../../platform/errors/index.ts";

/** The kind of a message. Errors and warnings interrupt a screen reader. */
export type FlashCategory = "success" | "info" | "warning" | "error";

/** A message for the next page, shown once. */
export interface Flash {
  message: string;
  category: FlashCategory;
}

/** The content of the data cookie: values of one session (or of an anonymous browser), and messages to show once. */
export interface DataCookie {
  /** The session of these values; empty before sign-in. */
  owner: string;
  values: Record<string, unknown>;
  flashes: Flash[];
  /** The single-use secret of an opened mailed link, out of the address bar; null without one. */
  link: MovedLink | null;
}

/** A mailed link's secret between the address bar and the form. */
export interface MovedLink {
  /** The path of its page, as declared. */
  path: string;
  token: string;
}

/** Browsers store at most this much of name and value together (RFC 6265bis 5.5). */
// Row CK-08.
const COOKIE_LIMIT_BYTES = 4096;

/** The session dictionary no longer fits a cookie. Thrown when the value is set. */
export class SessionDataTooLarge extends LatchkeyError {
  constructor(bytes: number) {
    super("session_data_too_large", {
      detail:
        `The session dictionary takes ${bytes} bytes sealed, and a cookie holds ${COOKIE_LIMIT_BYTES}. ` +
        'Store less, or keep it on the server with session: { data: { store: "server" } }.',
    });
    this.name = "SessionDataTooLarge";
  }
}

export function emptyDataCookie(): DataCookie {
  return { owner: "", values: {}, flashes: [], link: null };
}

export function isEmpty({ values, flashes, link }: DataCookie): boolean {
  return link === null && flashes.length === 0 && Object.keys(values).length === 0;
}

/** The length of a session id. The values of an anonymous visitor must still fit after signing in. */
const OWNER_LENGTH = 36;

/** The sealed form. If it doesn't fit, the oldest messages go first. Throws `SessionDataTooLarge`. */
export function sealDataCookie(
  keys: KeyRing,
  cookieName: string,
  { owner, values, flashes, link }: DataCookie,
): string {
  const messages = flashes.map(({ message, category }) => [category, message]);
  for (;;) {
    const moved = link === null ? [] : [[link.path, link.token]];
    const text = JSON.stringify([owner.padEnd(OWNER_LENGTH), values, messages, ...moved]);
    const sealed = seal(keys, "session-data", text).toString("base64url");
    const bytes = cookieName.length + sealed.length;
    if (bytes <= COOKIE_LIMIT_BYTES) return sealed;
    if (messages.shift() === undefined) throw new SessionDataTooLarge(bytes);
  }
}

/** Opens a data cookie; a text that this installation didn't seal counts as absent. */
export function openDataCookie(keys: KeyRing, value: string | null): DataCookie {
  if (value === null || value.length > COOKIE_LIMIT_BYTES || !/^[A-Za-z0-9_-]+$/.test(value))
    return emptyDataCookie();
  const sealed = Buffer.from(value, "base64url");
  // One spelling only: the last character's spare bits decode to the same bytes.
  // Row KY-06.
  if (sealed.toString("base64url") !== value) return emptyDataCookie();
  const text = open(keys, "session-data", sealed);
  if (text === null) return emptyDataCookie();
  const [owner, values, messages, moved] = JSON.parse(text) as [
    string,
    Record<string, unknown>,
    [FlashCategory, string][],
    ([string, string] | undefined)?,
  ];
  return {
    owner: owner.trimEnd(),
    values,
    flashes: messages.map(([category, message]) => ({ category, message })),
    link: moved === undefined ? null : { path: moved[0], token: moved[1] },
  };
}

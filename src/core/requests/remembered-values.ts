import { readCookie } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import { findSessionData, putSessionData, type Session } from "../sessions/index.ts";
import {
  type DataCookie,
  emptyDataCookie,
  type Flash,
  isEmpty,
  openDataCookie,
  SessionDataTooLarge,
  sealDataCookie,
} from "./data-cookie.ts";
import type { IncomingRequest } from "./incoming-request.ts";
import type { OutgoingCookies } from "./outgoing-cookies.ts";
import { type SessionData, sessionData } from "./session-data.ts";

/**
 * The values of a browser between its requests, besides the session. They are the dictionary, messages for the next
 * page, and the secret of an opened mailed link. They belong to one session, or to the browser before it has one.
 */
export class RememberedValues {
  readonly #core: Core;
  readonly #request: IncomingRequest;
  readonly #outgoing: OutgoingCookies;
  #session: Session | null;
  #cookie: DataCookie | undefined;
  #serverValues: Record<string, unknown> | undefined;
  #data: SessionData | undefined;

  constructor(core: Core, request: IncomingRequest, outgoing: OutgoingCookies, session: Session | null) {
    this.#core = core;
    this.#request = request;
    this.#outgoing = outgoing;
    this.#session = session;
  }

  get data(): SessionData {
    const onServer = this.#core.settings.dataStore === "server";
    this.#data ??= onServer && this.#session !== null ? this.#inRow(this.#session) : this.#inCookie();
    return this.#data;
  }

  /** Loads the values that are kept in a row. */
  async load(): Promise<void> {
    if (this.#session === null) return;
    const row = await findSessionData(this.#core.db, this.#session.id);
    this.#serverValues = row === undefined ? {} : (JSON.parse(row.data) as Record<string, unknown>);
  }

  addFlash(flash: Flash): void {
    const cookie = this.#read();
    this.#write({ ...cookie, flashes: [...cookie.flashes, flash] });
  }

  takeFlashes(): Flash[] {
    const cookie = this.#read();
    if (cookie.flashes.length === 0) return [];
    this.#write({ ...cookie, flashes: [] });
    return cookie.flashes;
  }

  movedToken(path: string): string | null {
    const { link } = this.#read();
    return link?.path === path ? link.token : null;
  }

  /** Returns whether it fits: an application's values may fill the cookie, but a link must still work. */
  moveToken(path: string, token: string | null): boolean {
    const cookie = this.#read();
    if (token === null && cookie.link?.path !== path) return true;
    try {
      this.#write({ ...cookie, link: token === null ? null : { path, token } });
    } catch (error) {
      if (error instanceof SessionDataTooLarge) return false;
      throw error;
    }
    return true;
  }

  /**
   * A session begins. It keeps the values of the anonymous visitor and of the same user's renewed session, but not
   * another user's.
   */
  // Case A-SF-04.
  beginSession(session: Session, { before }: { before: "anonymous" | "same person" | "another" }): void {
    const { values, flashes } = before === "another" ? emptyDataCookie() : this.#read();
    this.#session = session;
    this.#data = undefined;
    if (before !== "same person") this.#serverValues = {};
    // Even if empty: values from here on belong to this session.
    this.#write({ owner: session.id, values, flashes, link: null });
  }

  /** The session ended, with its values. */
  endSession(): void {
    this.#session = null;
    this.#data = undefined;
    this.#write(emptyDataCookie());
  }

  #inRow(session: Session): SessionData {
    const remembered = this;
    const keep = async (text: string): Promise<void> => {
      await putSessionData(this.#core.db, session.id, text);
    };
    return sessionData({
      get values() {
        return remembered.#serverValues ?? {};
      },
      save(values) {
        const text = JSON.stringify(values);
        remembered.#serverValues = values;
        const saved = keep(text);
        // An awaiting caller gets the failure too. Without one the process must survive it.
        saved.catch((error: unknown) =>
          remembered.#core.log.error({ error: String(error) }, "the values of a session were not kept"),
        );
        return saved;
      },
    });
  }

  #inCookie(): SessionData {
    const remembered = this;
    return sessionData({
      get values() {
        return remembered.#read().values;
      },
      // Not async: an oversized value throws at once. As an unhandled rejection it would end the process, and visitors'
      // input decides the length of values.
      save(values) {
        remembered.#write({ ...remembered.#read(), values });
        return Promise.resolve();
      },
    });
  }

  #read(): DataCookie {
    if (this.#cookie === undefined) {
      const { settings, keys } = this.#core;
      const cookie = openDataCookie(keys, readCookie(this.#request.header("cookie"), settings.cookies.data));
      const owner = this.#session?.id ?? "";
      // Values of another (or an ended) session are invisible to this one.
      this.#cookie = cookie.owner === owner ? cookie : { ...emptyDataCookie(), owner };
    }
    return this.#cookie;
  }

  #write(cookie: DataCookie): void {
    const { keys, settings } = this.#core;
    const name = settings.cookies.data;
    if (!isEmpty(cookie)) this.#outgoing.set(name, sealDataCookie(keys, name, cookie));
    else if (readCookie(this.#request.header("cookie"), name) !== null) this.#outgoing.clear(name);
    else this.#outgoing.leave(name);
    this.#cookie = cookie;
  }
}

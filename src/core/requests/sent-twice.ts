import { open, seal, sign } from "../../platform/crypto/index.ts";
import { addressBucket, type Fields, readCookie } from "../../platform/http/index.ts";
import type { Core } from "../core.ts";
import { deleteExpiredKeptAnswers, findKeptAnswer, insertKeptAnswer } from "../kept-answers/index.ts";
import type { AuthState } from "./auth-state.ts";
import { isFromOwnPage } from "./csrf.ts";
import type { IncomingRequest } from "./incoming-request.ts";

/*
 * A double click, or a lost answer: the browser sends the same form again. It has dropped the first answer with its
 * cookies. The second request does nothing again and gets the first one's answer.
 *
 * A keyed digest recognises it. It covers the value of the session or of the anonymous browser, the device cookie, the
 * token and every field. An old cookie alone finds nothing, and a renewed session's value stays dead for everything
 * else. The answer is sealed, because it holds cookies.
 */

const KEPT_MS = 30_000;

/** The most rows of an account, of the visitors from one network, and in all. An answer has two. */
const MAXIMUM = { ofUser: 40, ofNetwork: 200, inAll: 5000 };

/** Larger answers aren't kept: no form of ours answers with one. */
const MAXIMUM_CHARACTERS = 32_768;

/** Parts of an answer that are sealed. */
interface KeptAnswer {
  status: number;
  headers: [name: string, value: string][];
  body: string | null;
}

/** One form on its way. */
export interface SentForm {
  /** The answer to the same form, if it succeeded a moment ago. */
  earlierAnswer(): Promise<Response | null>;
  /** Keeps the answer of a success for the same form sent again. */
  keep(response: Response): Promise<void>;
  /** The form has its answer. Forms that wait for it continue. */
  end(): void;
}

export interface SentForms {
  /**
   * Begins a form. Waits until the same form, if it is being worked on, has its answer. Null without a browser's
   * cookie: nothing recognises such a request.
   */
  begin(request: IncomingRequest, auth: AuthState, fields: Fields, json: boolean): Promise<SentForm | null>;
}

type Cookies = { session: string; device: string | null };

/** The digests of a form: with the cookies that brought it, and with those that its answer sets. */
type Digests = { before: string; after: string };

const bytes = (digest: string): Buffer => Buffer.from(digest, "base64url");

export function createSentForms(core: Core): SentForms {
  const running = new Map<string, Promise<void>>();
  const { cookies: names } = core.settings;
  let cleanUpAt = 0;

  function cookiesOf(request: IncomingRequest, auth: AuthState): Cookies | null {
    if (auth.usesBearer) return null;
    const header = request.header("cookie");
    const session = readCookie(header, names.session);
    return session === null ? null : { session, device: readCookie(header, names.device) };
  }

  /** The browser's cookies once it has the answer. It may still show the page, and send the form again. */
  function cookiesAfter(before: Cookies, response: Response): Cookies {
    const set = new Map(
      response.headers.getSetCookie().map((line) => line.split(";", 1)[0]?.split("=", 2) as [string, string]),
    );
    // A cleared cookie has an empty value.
    return {
      session: set.get(names.session) || before.session,
      device: set.get(names.device) || before.device,
    };
  }

  /** Waits for the same form, if it is being worked on. Returns the function that lets others continue. */
  async function turnOf(digest: string): Promise<() => void> {
    const twin = running.get(digest);
    if (twin !== undefined) {
      await twin;
      return () => undefined;
    }
    const ended = Promise.withResolvers<void>();
    running.set(digest, ended.promise);
    return () => {
      running.delete(digest);
      ended.resolve();
    };
  }

  async function find({ before, after }: Digests, requestId: string): Promise<Response | null> {
    const row = await findKeptAnswer(core.db, bytes(before), bytes(after), core.clock.now());
    const text = row === undefined ? null : open(core.keys, "sent-twice", row.answer);
    if (text === null) return null;
    const { status, headers, body } = JSON.parse(text) as KeptAnswer;
    const again = new Response(body, { status, headers });
    again.headers.set("X-Request-Id", requestId);
    core.log.debug({ request_id: requestId }, "the same form was sent again, and gets the same answer");
    return again;
  }

  async function store(digests: Digests, response: Response, auth: AuthState): Promise<void> {
    if (response.headers.has("content-disposition")) return;
    const body = response.body === null ? null : await response.clone().text();
    if (body !== null && body.length > MAXIMUM_CHARACTERS) return;
    const kept: KeptAnswer = { status: response.status, headers: [...response.headers], body };
    const answer = seal(core.keys, "sent-twice", JSON.stringify(kept));
    const { userId, address } = auth.facts;
    const network = userId === null ? addressBucket(address) : null;
    const now = core.clock.now();
    if (now >= cleanUpAt || now < cleanUpAt - KEPT_MS) {
      cleanUpAt = now + KEPT_MS;
      await deleteExpiredKeptAnswers(core.db, now);
    }
    const { ofUser, ofNetwork, inAll } = MAXIMUM;
    const names = [bytes(digests.before), bytes(digests.after)] as const;
    await insertKeptAnswer(
      core.db,
      ...names,
      userId,
      network,
      answer,
      now + KEPT_MS,
      ofUser,
      ofNetwork,
      inAll,
    );
  }

  return {
    async begin(request, auth, fields, json) {
      const cookies = cookiesOf(request, auth);
      if (cookies === null) return null;
      // A program reads its answers; a browser may send what its visitor or its page sends by mistake.
      if (json && request.header("sec-fetch-mode") === null) return null;
      const { method, path, query } = request;
      const token = request.header("x-csrf-token");
      const digestFor = (when: keyof Digests, { session, device }: Cookies): string =>
        sign(
          core.keys,
          "sent-twice",
          JSON.stringify([when, method, path, query, json, session, device, token, fields]),
        );
      const before = digestFor("before", cookies);
      const end = await turnOf(before);
      return {
        async earlierAnswer() {
          // The page that is still shown carries a token of the cookies that the first answer replaced.
          const after = isFromOwnPage(core, request) ? digestFor("after", cookies) : before;
          return find({ before, after }, auth.requestId);
        },
        async keep(response) {
          try {
            const after = digestFor("after", cookiesAfter(cookies, response));
            await store({ before, after }, response, auth);
          } catch (error) {
            // The form succeeded, and its answer must get out.
            core.log.warn({ error: String(error) }, "an answer was not kept for a form sent twice");
          }
        },
        end,
      };
    },
  };
}

import { feature } from "../../core/feature/index.ts";
import {
  json,
  jsonObject,
  type OperatorContext,
  type Outcome,
  type RequestContext,
} from "../../core/operations/index.ts";
import { endOtherSessions, endSession } from "./end-sessions.ts";
import { english } from "./english.ts";
import {
  everySession,
  type ListedSession,
  listedSessionJson,
  listSessions,
  type ManagedSession,
  sessionsOfUser,
} from "./list-sessions.ts";
import { accountSessionsRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Schemas {
      ListedSession: true;
    }
    interface EndReasons {
      ended_by_user: { devices: true; tokens: true };
    }
    interface UserFunctions {
      /**
       * The stored sessions of an account, live and ended, newest first.
       *
       * @example
       * const { sessions } = await unwrap(auth.users.sessions({ userId }));
       */
      sessions(
        input: { userId: string },
        context?: OperatorContext,
      ): Promise<Outcome<{ sessions: ManagedSession[] }>>;
    }
    interface Operations {
      /**
       * The account's sessions: live ones by their last use, then up to 20 that ended within 30 days.
       *
       * Refusals: `login_required`.
       *
       * @example
       * const outcome = await auth.account.listSessions({}, await auth.for(request));
       * @see row SL-09
       */
      listSessions(input: object, context: RequestContext): Promise<Outcome<{ sessions: ListedSession[] }>>;
      /**
       * Ends one of the account's sessions. Ending the current one is a logout. It needs a proof of the last 20 minutes.
       *
       * Refusals: `login_required`, `reauthentication_required`, `not_found`.
       *
       * @example
       * await auth.account.endSession({ id: session.id }, await auth.for(request));
       * @see rows SL-09, AZ-02
       */
      endSession(input: { id: string }, context: RequestContext): Promise<Outcome<{ current: boolean }>>;
      /**
       * Ends all sessions of the account except the current one, and returns their number. It needs a proof of the
       * last 20 minutes.
       *
       * Refusals: `login_required`, `reauthentication_required`.
       *
       * @example
       * await auth.account.endOtherSessions({}, await auth.for(request));
       */
      endOtherSessions(input: object, context: RequestContext): Promise<Outcome<{ sessions: number }>>;
    }
  }
}

/** The sessions of an account. */
export const accountSessions = feature("account-sessions", {
  words: { english, locales: { de: () => import("./german.ts") } },
  endReasons: { ended_by_user: { devices: true, tokens: true } },
  schemas: {
    ListedSession: () =>
      jsonObject({
        id: { ...json.id, description: "No secret and no cookie value" },
        current: { type: "boolean", description: "Whether it is the session of this request" },
        created_at: json.time,
        authenticated_at: json.time,
        last_seen_at: json.time,
        expires_at: json.time,
        remembered: json.boolean,
        methods: { type: "array", items: json.text },
        device: { ...json.textOrNull, description: "In words, such as Firefox on Linux" },
        address: json.textOrNull,
        ended_at: { type: ["string", "null"], format: "date-time" },
        ended_reason: json.textOrNull,
      }),
  },
  operations: { listSessions, endSession, endOtherSessions },
  routes: accountSessionsRoutes,
  operators: { users: { sessions: sessionsOfUser } },
  exportAccount: {
    sessions: async (core, { user, session }, locale) =>
      (await everySession(core, { userId: user.id, currentId: session.id, locale })).map(listedSessionJson),
  },
  links: {
    account: [
      {
        section: "devices",
        path: "/account/sessions",
        label: ({ account }) => account.links.sessions.label,
        description: ({ account }) => account.links.sessions.description,
      },
    ],
  },
});

import { feature } from "../../core/feature/index.ts";
import { json, jsonObject, type OperatorContext, type Outcome } from "../../core/operations/index.ts";
import { english } from "./english.ts";
import { adminRoutes } from "./routes.ts";
import {
  create,
  disable,
  enable,
  endSessions,
  find,
  list,
  type ManagedUser,
  type NewUser,
  passwordLink,
  requirePasswordChange,
  setRoles,
  type UserQuery,
  unlock,
} from "./users.ts";

/** Names one account. */
interface OneUser {
  userId: string;
}

declare global {
  namespace Latchkey {
    interface Schemas {
      ManagedUser: true;
    }
    interface Events {
      user_disabled: object;
      user_enabled: object;
      user_unlocked: object;
    }
    interface Hooks {
      /** The account was disabled: it can't sign in, and its requests are refused. */
      userDisabled: "user_disabled";
      /** The account may sign in again. */
      userEnabled: "user_enabled";
      /** The failed attempts on the account were forgotten: new devices needn't wait any more. */
      userUnlocked: "user_unlocked";
    }
    interface UserFunctions {
      /**
       * Makes an account whose address counts as confirmed. Without a password the result holds a link for choosing one.
       *
       * Refusals: `invalid_input`, `email_taken`, `username_taken`, `overloaded`.
       *
       * @example
       * const { user } = await unwrap(auth.users.create({ email: "anna@example.org", roles: ["admin"] }));
       * @see row PW-17
       */
      create(
        input: NewUser,
        context?: OperatorContext,
      ): Promise<Outcome<{ user: ManagedUser; choosePasswordLink: string | null }>>;
      /**
       * The account with this email address, username or id; null if it doesn't exist.
       *
       * @example
       * const { user } = await unwrap(auth.users.find({ who: "anna@example.org" }));
       */
      find(input: { who: string }, context?: OperatorContext): Promise<Outcome<{ user: ManagedUser | null }>>;
      /**
       * A page of accounts, newest first. `next` is the cursor of the page after it.
       *
       * @example
       * const { users, next } = await unwrap(auth.users.list({ role: "admin" }));
       */
      list(
        input?: UserQuery,
        context?: OperatorContext,
      ): Promise<Outcome<{ users: ManagedUser[]; next: string | null }>>;
      /**
       * Gives exactly these roles. Refusals: `not_found`, `last_administrator`, `invalid_input` (`invalid_role`).
       *
       * @example
       * await unwrap(auth.users.setRoles({ userId, roles: ["editor"] }, { actor: administrator.id }));
       */
      setRoles(
        input: OneUser & { roles: readonly string[] },
        context?: OperatorContext,
      ): Promise<Outcome<object>>;
      /**
       * Ends the account's sessions, devices and links, and refuses it from the next request on. Refusals: `not_found`,
       * `last_administrator`.
       *
       * @example
       * await unwrap(auth.users.disable({ userId }));
       * @see row SL-07
       */
      disable(input: OneUser, context?: OperatorContext): Promise<Outcome<object>>;
      /**
       * Lets a disabled account sign in again. Refusal: `not_found`.
       *
       * @example
       * await unwrap(auth.users.enable({ userId }));
       */
      enable(input: OneUser, context?: OperatorContext): Promise<Outcome<object>>;
      /**
       * Resets the failed attempts of unknown devices, so that a new device needn't wait. Refusal: `not_found`.
       *
       * @example
       * await unwrap(auth.users.unlock({ userId }));
       */
      unlock(input: OneUser, context?: OperatorContext): Promise<Outcome<object>>;
      /**
       * Requires a new password at the next sign-in and ends every session. Refusal: `not_found`.
       *
       * @example
       * await unwrap(auth.users.requirePasswordChange({ userId }));
       * @see row PW-11
       */
      requirePasswordChange(input: OneUser, context?: OperatorContext): Promise<Outcome<object>>;
      /**
       * A new link for choosing a password. Earlier links die, and the old password works until the link is used.
       * Refusal: `not_found`.
       *
       * @example
       * const { link } = await unwrap(auth.users.passwordLink({ userId }));
       */
      passwordLink(input: OneUser, context?: OperatorContext): Promise<Outcome<{ link: string }>>;
      /**
       * Ends all sessions of an account, and returns their number. Refusal: `not_found`.
       *
       * @example
       * await unwrap(auth.users.endSessions({ userId }));
       */
      endSessions(input: OneUser, context?: OperatorContext): Promise<Outcome<{ sessions: number }>>;
    }
  }
}

/** Operations of operators and administrators on accounts. */
export const admin = feature("admin", {
  words: { english, locales: { de: () => import("./german.ts") } },
  events: {
    user_disabled: { means: "An account was disabled.", hook: "userDisabled" },
    user_enabled: { means: "A disabled account may sign in again.", hook: "userEnabled" },
    user_unlocked: { means: "The failed attempts on an account were forgotten.", hook: "userUnlocked" },
  },
  schemas: {
    ManagedUser: (user) =>
      jsonObject({ ...user, status: { enum: ["active", "disabled"] }, created_at: json.time }),
  },
  operators: {
    users: {
      create,
      find,
      list,
      setRoles,
      disable,
      enable,
      unlock,
      requirePasswordChange,
      passwordLink,
      endSessions,
    },
  },
  routes: adminRoutes,
});

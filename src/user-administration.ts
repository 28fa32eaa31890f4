import type { Core } from "./core/core.ts";
import { type ListedSessionRow, listSessions } from "./core/sessions/index.ts";
import {
  createUser,
  disableUser,
  enableUser,
  endUserSessions,
  findManagedUser,
  findUsers,
  type ManagedUser,
  type NewUser,
  newPasswordLink,
  requirePasswordChange,
  setUserRoles,
  type UserQuery,
  unlockUser,
} from "./features/admin/index.ts";

/** Who does it, for the audit: a user id, or `operator` (the default) for scripts and the command line. */
export interface Actor {
  actor?: string;
}

/**
 * Accounts as operators handle them: from scripts, the command line, and the administration's pages. What takes a user
 * id throws `not_found` for one that nobody has.
 */
export interface UserAdministration {
  /**
   * Makes an account whose address counts as confirmed; without a password with a link for choosing one (row PW-17).
   * Throws `invalid_input`, `email_taken`, `username_taken`, `overloaded`.
   */
  create(user: NewUser, by?: Actor): Promise<{ user: ManagedUser; choosePasswordLink: string | null }>;
  /** By e-mail address, username or id. */
  find(who: string): Promise<ManagedUser | null>;
  /** A page of accounts, newest first; `next` is the cursor of the page after it. */
  list(query?: UserQuery): Promise<{ users: ManagedUser[]; next: string | null }>;
  /** Gives exactly these roles. Throws `LastAdministrator`, and `TypeError` for what can't be a role. */
  setRoles(userId: string, roles: readonly string[], by?: Actor): Promise<void>;
  /** Ends everything the account has and refuses it from the next request on (row SL-07). Throws `LastAdministrator`. */
  disable(userId: string, by?: Actor): Promise<void>;
  /** Lets a disabled account sign in again. */
  enable(userId: string, by?: Actor): Promise<void>;
  /** Forgets the failed attempts of strangers, so that a new device needn't wait. */
  unlock(userId: string, by?: Actor): Promise<void>;
  /** The next login leads to choosing a new password and nowhere else (row PW-11). Ends every session. */
  requirePasswordChange(userId: string, by?: Actor): Promise<void>;
  /** A new link for choosing a password; the ones made before die, the old password holds until it is used. */
  passwordLink(userId: string, by?: Actor): Promise<string>;
  /** The newest 200 sessions, live and ended. */
  sessions(userId: string): Promise<ListedSessionRow[]>;
  /** Ends all sessions of an account; returns how many. */
  endSessions(userId: string, by?: Actor): Promise<number>;
}

const LISTED_SESSIONS = 200;

export function createUserAdministration(core: Core, ready: () => Promise<void>): UserAdministration {
  const name = (by?: Actor): string => by?.actor ?? "operator";
  const after =
    <Arguments extends unknown[], Result>(work: (...given: Arguments) => Promise<Result>) =>
    async (...given: Arguments): Promise<Result> => {
      await ready();
      return work(...given);
    };
  return {
    create: after((user: NewUser, by?: Actor) => createUser(core, user, name(by))),
    find: after((who: string) => findManagedUser(core, who)),
    list: after((query?: UserQuery) => findUsers(core, query)),
    setRoles: after((userId: string, roles: readonly string[], by?: Actor) =>
      setUserRoles(core, userId, roles, name(by)),
    ),
    disable: after((userId: string, by?: Actor) => disableUser(core, userId, name(by))),
    enable: after((userId: string, by?: Actor) => enableUser(core, userId, name(by))),
    unlock: after((userId: string, by?: Actor) => unlockUser(core, userId, name(by))),
    requirePasswordChange: after((userId: string, by?: Actor) =>
      requirePasswordChange(core, userId, name(by)),
    ),
    passwordLink: after((userId: string, by?: Actor) => newPasswordLink(core, userId, name(by))),
    sessions: after((userId: string) => listSessions(core.db, userId, LISTED_SESSIONS)),
    endSessions: after((userId: string, by?: Actor) => endUserSessions(core, userId, name(by))),
  };
}

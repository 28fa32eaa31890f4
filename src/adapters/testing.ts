/**
 * Latchkey for tests: an in-memory auth in one call, signed-in cookies in one line, captured mail, a clock to advance.
 * @module
 */
import { assemble, coreOf } from "../assemble.ts";
import type { Auth, DataValues } from "../auth.ts";
import type { RoleGrants, RoleName } from "../core/access/index.ts";
import type { Core } from "../core/core.ts";
import { completeLogin, proveAgain } from "../core/login/index.ts";
import { unwrap } from "../core/operations/index.ts";
import type { KeptMail } from "../core/outbox/index.ts";
import type { FieldSchema, FieldValues, User } from "../core/users/index.ts";
import type { NewUser } from "../feature-types.ts";
import type { AuthOptions } from "../options.ts";
import { LatchkeyError } from "../platform/errors/index.ts";
import { silentLogger } from "../platform/log/index.ts";
import { type Clock, type Duration, milliseconds } from "../platform/time/index.ts";

/** A clock that stands still until a test advances it. */
export interface TestClock extends Clock {
  /** Advances it. */
  advance(by: Duration): void;
}

/**
 * A clock that begins at `start` (UTC milliseconds; default 2026-01-01) and moves only by `advance`.
 *
 * @example
 * const clock = testClock();
 * clock.advance("15m");
 */
export function testClock(start = Date.UTC(2026, 0, 1)): TestClock {
  let now = start;
  return {
    now: () => now,
    advance(by) {
      now += milliseconds(by, "by");
    },
  };
}

/** The options of a test's sign-in. */
export interface AsOptions<Roles extends RoleGrants = RoleGrants> {
  /** Roles in addition to `user`. */
  roles?: readonly RoleName<Roles>[];
  /** The age of the last proof. Default: just now. */
  authenticatedAgo?: Duration;
  remember?: boolean;
}

/** A signed-in browser: its cookies for the `Cookie` header, and the token for `X-CSRF-Token`. */
export interface SignedInBrowser {
  user: User;
  cookie: string;
  csrfToken: string;
  /** Ready to spread into a request's headers. */
  headers: { cookie: string; "x-csrf-token": string };
}

/** An auth object with functions for tests. */
export interface TestAuth<
  Fields extends object = object,
  Values extends object = Record<string, unknown>,
  Roles extends RoleGrants = RoleGrants,
> {
  auth: Auth<Fields, Values, Roles>;
  clock: TestClock;
  /** Signs a user in. Makes the account if no account has that address. */
  as(who: string | NewUser, options?: AsOptions<Roles>): Promise<SignedInBrowser>;
  /** Mail sent so far, newest first. */
  mails(): Promise<KeptMail[]>;
  close(): Promise<void>;
}

/** Cheap hashes: enough to distinguish a right password from a wrong one. */
const testHashes = { memoryKiB: 64, passes: 1, parallelism: 1 };

/** The password of accounts that `as` makes. */
export const testPassword = "a quiet teapot in the rain";

/**
 * An auth object over a database in memory, with cheap hashes, a stopped clock and captured mail. Any option can be
 * overridden. Never for production: its hashes protect no password.
 *
 * @example
 * const { auth, as, close } = createTestAuth({ roles: { admin: ["*"], editor: ["posts.edit"] } });
 * const { headers } = await as("anna@example.org", { roles: ["editor"] });
 * const known = await auth.for(new Request("http://localhost:3000/", { headers }));
 * await close();
 */
export function createTestAuth<
  const UserFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  const DataFields extends Record<string, FieldSchema> = Record<never, FieldSchema>,
  const Roles extends RoleGrants = RoleGrants,
>(
  options: Partial<AuthOptions<UserFields, DataFields, Roles>> = {},
): TestAuth<FieldValues<UserFields>, DataValues<DataFields>, Roles> {
  const clock = testClock();
  const auth = assemble(
    {
      origin: "http://localhost:3000",
      database: "sqlite::memory:",
      secretKeys: ["test key: 0123456789 abcdefghijklmnopqrstuvwxyz"],
      clock,
      logger: silentLogger,
      cleanupInterval: false,
      ...options,
      password: { hash: testHashes, ...options.password },
    } as AuthOptions,
    { weakHashes: true, keepMail: true, sealsByHand: true },
  );
  const core = coreOf(auth);

  async function findOrCreate(who: string | NewUser): Promise<User> {
    const wanted = typeof who === "string" ? { email: who } : who;
    const { user: existing } = await unwrap(auth.users.find({ who: wanted.email }));
    if (existing !== null) return existing;
    return (await unwrap(auth.users.create({ password: testPassword, ...wanted }))).user;
  }

  return {
    auth: auth as unknown as Auth<FieldValues<UserFields>, DataValues<DataFields>, Roles>,
    clock,
    async as(who, { roles, authenticatedAgo = 0, remember = false } = {}) {
      const account = await findOrCreate(who);
      if (roles !== undefined) await unwrap(auth.users.setRoles({ userId: account.id, roles }));
      const facts = {
        address: "127.0.0.1",
        userAgent: "test",
        requestId: "test",
        deviceToken: null,
        preSession: null,
        locale: null,
        sessionId: null,
        userId: null,
      };
      // A test gets a signed-in user, whatever steps a sign-in would have.
      const withoutStages: Core = { ...core, features: { ...core.features, stages: [] } };
      const completed = await auth.database.transaction((tx) =>
        completeLogin(withoutStages, tx, [proveAgain(core, account.id, "password", "knowledge")], {
          remember,
          facts,
        }),
      );
      if (completed.status !== "signed_in") {
        const continues = completed.status === "continue";
        const why = continues ? completed.stage.name : completed.reason;
        throw new LatchkeyError(continues ? completed.stage.code : "forbidden", {
          detail: `${account.email} can't sign in: ${why}.`,
        });
      }
      const ago = milliseconds(authenticatedAgo, "authenticatedAgo");
      if (ago > 0) {
        await auth.database.run(
          "UPDATE sessions SET authenticated_at = authenticated_at - $2 WHERE id = $1",
          completed.session.id,
          ago,
        );
      }
      const { session, device } = auth.settings.cookies;
      const cookie = `${session}=${completed.sessionToken.reveal()}; ${device}=${completed.deviceToken.reveal()}`;
      const known = await auth.for(new Request(auth.settings.origin, { headers: { cookie } }));
      const { csrfToken } = known;
      return { user: completed.user, cookie, csrfToken, headers: { cookie, "x-csrf-token": csrfToken } };
    },
    async mails() {
      await auth.deliverMail();
      return auth.mailbox();
    },
    close: () => auth.close(),
  };
}

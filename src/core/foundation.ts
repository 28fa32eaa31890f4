import { DAY } from "../platform/time/index.ts";
import {
  type AuditQuery,
  type AuditRecord,
  type AuditReport,
  listAuditOperation,
  shortenOldOrigins,
  type VerifyOptions,
  verifyAuditOperation,
} from "./audit/index.ts";
import { deleteExpiredDevices } from "./devices/index.ts";
import { feature } from "./feature/index.ts";
import { listenerJobs } from "./hooks/index.ts";
import { deleteExpiredKeptAnswers } from "./kept-answers/index.ts";
import { deleteExpiredPendingLogins } from "./login/index.ts";
import type { OperatorContext, Outcome } from "./operations/index.ts";
import {
  deleteExpiredMails,
  listMail,
  type QueuedMail,
  type QueuedMailQuery,
  retryAllMail,
  retryMail,
} from "./outbox/index.ts";
import { migrations } from "./schema/index.ts";
import { deleteExpiredTokens } from "./secrets/index.ts";
import { deleteExpiredSessions, endExpiredSessions, KEEP_ENDED_SESSIONS_MS } from "./sessions/index.ts";
import { commonWords } from "./words/index.ts";

declare global {
  namespace Latchkey {
    interface Refusals {
      too_many_attempts: 429;
      reauthentication_required: 403;
      link_invalid: 410;
      refused: 422;
      email_taken: 422;
      username_taken: 422;
      last_administrator: 409;
      session_data_too_large: 500;
    }
    interface EndReasons {
      idle: null;
      expired: null;
      replaced: null;
      renewed: null;
      too_many_attempts: null;
      too_many_sessions: null;
      password_changed: { devices: true; tokens: true };
      rights_changed: { devices: false; tokens: false };
      account_disabled: { devices: true; tokens: true };
      ended_by_operator: { devices: true; tokens: false };
    }
    interface Lifetimes {
      /** The time for which a browser that signed in counts as known. */
      deviceMs: number;
    }
    interface Keys {
      csrf: true;
      "csrf-visit": true;
      "sent-twice": true;
      "pre-session": true;
      device: true;
      "session-data": true;
      outbox: true;
      cursor: true;
    }
    interface AuditFunctions {
      /**
       * Checks the whole audit and names the first row that was changed, removed, added or moved. With the `head` of an
       * earlier report it also detects removed newest rows and a rewritten audit.
       *
       * @example
       * const report = await unwrap(auth.audit.verify());
       * if (report.fault !== null) alertOperators(report.fault.sentence);
       * @see row LG-06
       */
      verify(input?: VerifyOptions, context?: OperatorContext): Promise<Outcome<AuditReport>>;
      /**
       * A page of rows, newest first; `next` is the `before` of the page after it.
       *
       * @example
       * const { records } = await unwrap(auth.audit.list({ subject: userId }));
       */
      list(
        input?: AuditQuery,
        context?: OperatorContext,
      ): Promise<Outcome<{ records: AuditRecord[]; next: AuditQuery["before"] | null }>>;
    }
    interface OutboxFunctions {
      /**
       * Unsent mail and waiting jobs, newest first.
       *
       * @example
       * const { mails } = await unwrap(auth.outbox.list({ state: "failed" }));
       */
      list(input?: QueuedMailQuery, context?: OperatorContext): Promise<Outcome<{ mails: QueuedMail[] }>>;
      /**
       * Makes a failed mail due again, with all its attempts; false if no failed mail has the id.
       *
       * @example
       * await unwrap(auth.outbox.retry({ id: mail.id }));
       */
      retry(input: { id: string }, context?: OperatorContext): Promise<Outcome<{ retried: boolean }>>;
      /**
       * Makes all failed mail due again; returns the number.
       *
       * @example
       * await unwrap(auth.outbox.retryAll());
       */
      retryAll(input?: object, context?: OperatorContext): Promise<Outcome<{ retried: number }>>;
    }
    interface Events {
      authn_login_success: { method: string; known_device: boolean };
      authn_login_fail: { method: string; reason?: string | null; by?: string };
      authn_login_fail_max: { failures: number };
      authn_login_successafterfail: { failures: number };
      authn_login_pending: { stage: string; method: string };
      authn_password_change: { by: string };
      authn_reauthentication_fail: { method?: string };
      authn_token_created: { purpose: string; by?: string };
      authn_token_reuse: { purpose: string };
      authz_fail: { route: string; reason: string };
      excess_rate_limit_exceeded: { route: string; reason: string };
      input_validation_fail: { route: string; reason?: string; dropped?: number };
      malicious_csrf: { route: string; reason: string };
      privilege_permissions_changed: { gained: string; lost: string };
      sequence_fail: { route: string; reason: string };
      session_created: { session: string; remembered: boolean };
      session_ended: { session?: string; sessions?: number; reason: string };
      session_expired: { sessions: number };
      session_renewed: { from: string; to: string; method: string };
      user_created: { by?: string };
      user_devices_forgotten: { devices: number; reason: string };
      user_email_confirmed: object;
    }
    interface Hooks {
      /** An account was created, in whatever way. */
      userCreated: "user_created";
      /** A session began. */
      signedIn: "session_created";
      /** A session ended (`detail.session`), or several (`detail.sessions`). */
      sessionEnded: "session_ended";
      /** A session got a new value, after a fresh proof. */
      sessionRenewed: "session_renewed";
      /** A sign-in was completed; `detail.method` names the way. */
      signInCompleted: "authn_login_success";
      /** A sign-in was completed right after `detail.failures` wrong passwords. */
      signedInAfterFailures: "authn_login_successafterfail";
      /** A proof was right, and the step `detail.stage` remains before the session. */
      signInStepRequired: "authn_login_pending";
      /** A sign-in to the account was refused. */
      signInFailed: "authn_login_fail";
      /** A signed-in account failed to prove itself again. */
      reauthenticationFailed: "authn_reauthentication_fail";
      /** The password was changed. */
      passwordChanged: "authn_password_change";
      /** After too many wrong passwords in a row the password is off for the guessing devices. */
      passwordSwitchedOff: "authn_login_fail_max";
      /** A mailed link or code was made for the account; `detail.purpose` names its purpose. */
      oneTimeTokenCreated: "authn_token_created";
      /** A link or code of the account was presented again. */
      oneTimeTokenReused: "authn_token_reuse";
      /** A request of the signed-in account was refused as a possible attack; the event's `name` is the reason. */
      requestRefused:
        | "authz_fail"
        | "excess_rate_limit_exceeded"
        | "input_validation_fail"
        | "malicious_csrf"
        | "sequence_fail";
      /** Devices beyond the limit of an account are unknown again; `detail.devices` says how many. */
      devicesForgotten: "user_devices_forgotten";
      /** The address of the account was proven. */
      emailConfirmed: "user_email_confirmed";
      /** The account's roles changed. */
      rolesChanged: "privilege_permissions_changed";
    }
  }
}

/** No longer than an unconfirmed registration: its mail must not outlive it. */
const KEEP_SENT_MAIL_MS = 7 * DAY;

/** The mechanisms' own events, refusals, tables and clean-up. They belong to no single feature. */
export const foundation = feature("core", {
  words: commonWords,
  refusals: {
    too_many_attempts: 429,
    reauthentication_required: 403,
    link_invalid: 410,
    refused: 422,
    email_taken: 422,
    username_taken: 422,
    last_administrator: 409,
    session_data_too_large: 500,
  },
  keys: ["csrf", "pre-session", "device", "session-data", "outbox", "cursor"],
  lifetimes: { deviceMs: 400 * DAY },
  endReasons: {
    password_changed: { devices: true, tokens: true },
    rights_changed: { devices: false, tokens: false },
    account_disabled: { devices: true, tokens: true },
    ended_by_operator: { devices: true, tokens: false },
  },
  migrations,
  events: {
    authn_login_success: {
      means: "A sign-in was completed; the detail names the method.",
      hook: "signInCompleted",
    },
    authn_login_fail: {
      level: "warn",
      means: "A sign-in was refused: wrong password, code or link, unknown or disabled account.",
      hook: "signInFailed",
      deferred: true,
    },
    authn_login_fail_max: {
      level: "warn",
      means: "The password was switched off after too many failures in a row.",
      hook: "passwordSwitchedOff",
      deferred: true,
    },
    authn_login_successafterfail: {
      means: "A sign-in came right after wrong passwords; the detail has their number.",
      hook: "signedInAfterFailures",
    },
    authn_login_pending: {
      means: "A proof was right, and a step of the sign-in remains; the detail names it.",
      hook: "signInStepRequired",
    },
    authn_password_change: {
      means: "A password was changed, chosen by a link, or must be changed.",
      hook: "passwordChanged",
    },
    authn_reauthentication_fail: {
      level: "warn",
      means: "A signed-in account failed to prove itself.",
      hook: "reauthenticationFailed",
      deferred: true,
    },
    authn_token_created: {
      means: "A single-use secret was made, such as that of a mailed link.",
      hook: "oneTimeTokenCreated",
    },
    authn_token_reuse: {
      level: "warn",
      means: "A single-use secret was presented again after it was used or replaced.",
      hook: "oneTimeTokenReused",
      deferred: true,
    },
    authz_fail: {
      level: "warn",
      means: "A request asked for something that its account has no right to.",
      hook: "requestRefused",
      deferred: true,
    },
    excess_rate_limit_exceeded: {
      level: "warn",
      means: "A limit of attempts was reached, and the request refused.",
      hook: "requestRefused",
      deferred: true,
    },
    input_validation_fail: {
      level: "warn",
      means: "A request held data that no form of the library sends.",
      hook: "requestRefused",
      deferred: true,
    },
    malicious_csrf: {
      level: "warn",
      means: "A changing request came from another site or without the form's token.",
      hook: "requestRefused",
      deferred: true,
    },
    privilege_permissions_changed: { means: "The roles of an account were changed.", hook: "rolesChanged" },
    sequence_fail: {
      level: "warn",
      means: "The steps of a flow came out of order.",
      hook: "requestRefused",
      deferred: true,
    },
    session_created: { means: "A session began.", hook: "signedIn" },
    session_ended: {
      means: "One or several sessions were ended; the detail has the reason.",
      hook: "sessionEnded",
    },
    session_expired: {
      means: "Expired sessions were deleted; the detail has their number.",
      hook: null,
    },
    session_renewed: { means: "A session continued under a new value.", hook: "sessionRenewed" },
    user_created: { means: "An account was made.", hook: "userCreated" },
    user_devices_forgotten: {
      means: "An account had too many devices, and those unused for longest are unknown again.",
      hook: "devicesForgotten",
    },
    user_email_confirmed: { means: "The owner proved the email address.", hook: "emailConfirmed" },
  },
  operators: {
    audit: { verify: verifyAuditOperation, list: listAuditOperation },
    outbox: { list: listMail, retry: retryMail, retryAll: retryAllMail },
  },
  jobs: listenerJobs,
  cleanup: [
    async (core) => {
      await endExpiredSessions(core);
      const before = core.clock.now() - KEEP_ENDED_SESSIONS_MS;
      return (await deleteExpiredSessions(core.db, before)) + (await deleteExpiredDevices(core.db, before));
    },
    (core) => deleteExpiredTokens(core.db, core.clock.now()),
    (core) => deleteExpiredPendingLogins(core.db, core.clock.now()),
    (core) => deleteExpiredKeptAnswers(core.db, core.clock.now()),
    (core) => core.counters.cleanUp(),
    (core) => deleteExpiredMails(core.db, core.clock.now() - KEEP_SENT_MAIL_MS),
    async (core) => {
      await shortenOldOrigins(core);
      return 0;
    },
  ],
});

import { feature } from "../../core/feature/index.ts";
import type { Outcome, RequestContext } from "../../core/operations/index.ts";
import { wholeOption } from "../../core/whole-option.ts";
import { DAY } from "../../platform/time/index.ts";
import type { AccountDownload } from "./download.ts";
import { english } from "./english.ts";
import { eraseDueAccounts } from "./erase-accounts.ts";
import { exportAccount } from "./export-account.ts";
import { keptBySigningIn } from "./keep-account.ts";
import { requestDeletion } from "./request-deletion.ts";
import { accountDataRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface UserOptions {
      /**
       * What the application keeps about an account, for its owner's download (`/account/export`): values that survive
       * JSON, and no secrets. A member may be an async iterable of rows, which are read while they are sent. Use
       * `rowsInPages` for long lists. Default: nothing.
       */
      export?: (userId: string) => Promise<Record<string, unknown>> | Record<string, unknown>;
    }
    interface ThrottleOptions {
      /** Downloads of an account's data in an hour, one at a time. Default 6. */
      downloadsPerAccount?: number;
    }
    interface Settings {
      /** What the application adds to the export of an account. */
      exportUserData: UserOptions["export"];
      /** Downloads of an account's data in an hour. */
      downloadsPerAccount: number;
    }
    interface Lifetimes {
      /** From the request to the deletion. */
      deletionGraceMs: number;
    }
    interface LoginEffects {
      /** The account was to be deleted; signing in keeps it. */
      deletionCancelled?: true;
    }
    interface EndReasons {
      deletion_requested: { devices: true; tokens: true };
    }
    interface Events {
      sensitive_read: { object: string };
      user_deleted: object;
      user_deletion_cancelled: object;
      user_deletion_requested: { delete_after: number };
    }
    interface Hooks {
      /** The data of the account was downloaded. */
      accountDataRead: "sensitive_read";
      /** The account was deleted. */
      userDeleted: "user_deleted";
      /** The owner asked for the deletion; `detail.delete_after` is in UTC milliseconds. */
      deletionRequested: "user_deletion_requested";
      /** The account was to be deleted, and is kept. */
      deletionCancelled: "user_deletion_cancelled";
    }
    interface Operations {
      /**
       * Everything stored about the signed-in account, without secrets, with what the option `user.export` adds. It
       * is read while it leaves: take `stream` for a file, `json()` for a small account. An account has one download at
       * a time and six an hour. It needs a proof of the last 20 minutes.
       *
       * Refusals: `login_required`, `reauthentication_required`, `too_many_attempts`.
       *
       * @example
       * const { download } = await unwrap(auth.account.exportAccount({}, await auth.for(request)));
       * for await (const chunk of download.stream) process.stdout.write(chunk);
       * @see row PV-02
       */
      exportAccount(input: object, context: RequestContext): Promise<Outcome<{ download: AccountDownload }>>;
      /**
       * Schedules the deletion of the signed-in account, which signing in cancels; `confirm` is its email address, typed.
       * It ends every session. `deleteAfter` is in UTC milliseconds. It needs a proof of the last 20 minutes.
       *
       * Refusals: `login_required`, `reauthentication_required`, `invalid_input` on `confirm` (`confirm_mismatch`,
       * `last_administrator`), `refused` (by the hook `before.deleteAccount`).
       *
       * @example
       * await auth.account.requestDeletion({ confirm: "anna@example.org" }, await auth.for(request));
       * @see row PV-02
       */
      requestDeletion(
        input: { confirm: string },
        context: RequestContext,
      ): Promise<Outcome<{ deleteAfter: number }>>;
    }
  }
}

/** The data of an account: its download and its deletion. */
export const accountData = feature("account-data", {
  words: { english, locales: { de: () => import("./german.ts") } },
  settings: ({ user, throttle }) => ({
    exportUserData: user?.export,
    downloadsPerAccount: wholeOption(throttle?.downloadsPerAccount, 6, "throttle.downloadsPerAccount"),
  }),
  limits: ({ downloadsPerAccount }) => ({ downloadsPerAccount }),
  lifetimes: { deletionGraceMs: 14 * DAY },
  endReasons: { deletion_requested: { devices: true, tokens: true } },
  events: {
    sensitive_read: { means: "An account's data was downloaded or read.", hook: "accountDataRead" },
    user_deleted: { means: "An account was deleted.", hook: "userDeleted" },
    user_deletion_cancelled: {
      means: "An account that was to be deleted is kept.",
      hook: "deletionCancelled",
    },
    user_deletion_requested: {
      means: "The owner asked for the deletion of the account.",
      hook: "deletionRequested",
    },
  },
  loginEffects: [keptBySigningIn],
  operations: { exportAccount, requestDeletion },
  routes: accountDataRoutes,
  cleanup: [eraseDueAccounts],
  links: {
    account: [
      {
        section: "data",
        path: "/account/export",
        label: ({ account }) => account.links.export.label,
        description: ({ account }) => account.links.export.description,
      },
      {
        section: "data",
        path: "/account/delete",
        label: ({ account }) => account.links.delete.label,
        description: ({ account }) => account.links.delete.description,
      },
    ],
  },
});

import { feature } from "../../core/feature/index.ts";
import type { Outcome, RequestContext } from "../../core/operations/index.ts";
import { DAY } from "../../platform/time/index.ts";
import { english } from "./english.ts";
import { eraseDueAccounts } from "./erase-accounts.ts";
import { type AccountExport, exportAccount } from "./export-account.ts";
import { keptBySigningIn } from "./keep-account.ts";
import { requestDeletion } from "./request-deletion.ts";
import { accountDataRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface UserOptions {
      /**
       * What the application keeps about an account, for its owner's download (`/account/export`): values that survive
       * JSON, and no secrets. Default: nothing.
       */
      export?: (userId: string) => Promise<Record<string, unknown>> | Record<string, unknown>;
    }
    interface Settings {
      /** What the application adds to the export of an account. */
      exportUserData: UserOptions["export"];
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
       * needs a proof of the last 10 minutes.
       *
       * Refusals: `login_required`, `reauthentication_required`.
       *
       * @example
       * const outcome = await auth.account.exportAccount({}, await auth.for(request));
       * @see row PV-02
       */
      exportAccount(input: object, context: RequestContext): Promise<Outcome<{ account: AccountExport }>>;
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
  settings: ({ user }) => ({ exportUserData: user?.export }),
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

import { feature } from "../../core/feature/index.ts";
import type { AuthContext, Outcome } from "../../core/operations/index.ts";
import { DAY } from "../../platform/time/index.ts";
import { english } from "./english.ts";
import { objection } from "./objection.ts";
import { findLiveUndo } from "./queries.ts";
import { undoRoutes } from "./routes.ts";
import { reportNotMe } from "./undo.ts";

declare global {
  namespace Latchkey {
    interface Secrets {
      undo: true;
    }
    interface Lifetimes {
      undoMs: number;
    }
    interface EndReasons {
      undone: { devices: true; tokens: true };
    }
    interface Events {
      user_change_undone: { address_restored: boolean; mailed: boolean };
    }
    interface Hooks {
      /** The owner undid a change: every session ended, and the password is off. */
      changeUndone: "user_change_undone";
    }
    interface Operations {
      /**
       * "This wasn't me": uses the link of a notice. It restores the notice's address, ends every session, switches the
       * password off and mails a link for a new one. A disabled account gets no link (`mailed`).
       *
       * Refusals: `link_invalid`, `email_taken` (another account has the address meanwhile), `too_many_attempts`.
       *
       * @example
       * await auth.account.reportNotMe({ token }, await auth.for(request));
       * @see row CE-03
       */
      reportNotMe(
        input: { token: string },
        context: AuthContext,
      ): Promise<Outcome<{ email: string; mailed: boolean }>>;
    }
  }
}

/** The way back for an owner after an intruder's change. */
export const undo = feature("undo", {
  words: { english, locales: { de: () => import("./german.ts") } },
  lifetimes: { undoMs: 7 * DAY },
  secrets: { undo: { outlives: true } },
  endReasons: { undone: { devices: true, tokens: true } },
  objection,
  // An owner can restore an address that an intruder changed. No stranger may register it meanwhile.
  claimsAddress: async ({ clock }, db, emailKey) =>
    (await findLiveUndo(db, emailKey, clock.now())) !== undefined,
  events: {
    user_change_undone: {
      means: "The owner took a change back by the link in its notice.",
      hook: "changeUndone",
    },
  },
  operations: { reportNotMe },
  routes: undoRoutes,
});

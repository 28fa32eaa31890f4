import { feature } from "../../core/feature/index.ts";
import { json, jsonObject, type Outcome, type RequestContext } from "../../core/operations/index.ts";
import { english } from "./english.ts";
import { type ActivityPage, everyActivity, listActivity } from "./list-activity.ts";
import { accountActivityRoutes } from "./routes.ts";

declare global {
  namespace Latchkey {
    interface Schemas {
      Activity: true;
    }
    interface Operations {
      /**
       * The security events of the signed-in account in plain words, newest first, 50 a page. `cursor` is the `next` of
       * the previous page.
       *
       * Refusals: `login_required`.
       *
       * @example
       * const first = await auth.account.listActivity({}, await auth.for(request));
       */
      listActivity(input: { cursor?: string }, context: RequestContext): Promise<Outcome<ActivityPage>>;
    }
  }
}

/** The events of an account, for its owner. */
export const accountActivity = feature("account-activity", {
  words: { english, locales: { de: () => import("./german.ts") } },
  schemas: {
    Activity: () =>
      jsonObject({
        id: json.text,
        time: json.time,
        event: { type: "string", description: "Its name, for programs" },
        text: { type: "string", description: "A sentence for people" },
        device: { ...json.textOrNull, description: "In words, such as Firefox on Linux" },
        address: json.textOrNull,
      }),
  },
  operations: { listActivity },
  routes: accountActivityRoutes,
  exportAccount: {
    activity: (core, { user }, locale) => everyActivity(core, user.id, locale),
  },
  links: {
    account: [
      {
        section: "activity",
        path: "/account/activity",
        label: ({ account }) => account.links.activity.label,
        description: ({ account }) => account.links.activity.description,
      },
    ],
  },
});

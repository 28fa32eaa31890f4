import { type AfterHooks, type HookEvent, type OnHooks, unwrap } from "latchkey";
import { afterEach, describe, expect, test } from "vitest";
import type { AnyOperation } from "../../src/core/operations/index.ts";
import { features } from "../../src/features.ts";
import { scenarios } from "../operations/support/scenarios.ts";
import { throughJson } from "../operations/support/views.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";
import { isDeferred, names } from "./support/listening.ts";

/*
 * Every event with an account calls its listeners. The scenarios of all operations run with a listener under every
 * name. Their calls are compared with the rows of the audit.
 */

const operations = Object.fromEntries(
  features.flatMap((feature) => Object.entries(feature.operations ?? {})),
) as Record<string, AnyOperation>;

let site: Site | undefined;
afterEach(async () => {
  await site?.close();
  site = undefined;
});

/** The facts of an event, from a listener's call or a row of the audit. */
interface Said {
  time: number;
  event: string;
  actor: string | null;
  subject: string | null;
  detail: unknown;
}

const said = ({ time, name: event, actor, userId: subject, detail }: HookEvent): Said => ({
  time,
  event,
  actor,
  subject,
  detail,
});

/** In an order independent of the listeners' calls. */
const sorted = (events: readonly Said[]) => events.map((event) => JSON.stringify(event)).toSorted();

async function rowsWithAccount({ auth }: Site): Promise<Said[]> {
  const rows = await auth.database.all<Said & { detail: string }>(
    "SELECT time, event, actor, subject, detail FROM audit WHERE subject IS NOT NULL",
  );
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
}

/** A listener under every name that notes its events. */
const everyName = (notes: Said[]): OnHooks & AfterHooks =>
  Object.fromEntries(names.map((name) => [name, (event: HookEvent) => void notes.push(said(event))]));

const table = Object.entries(scenarios).flatMap(([name, list]) =>
  list.map((scenario) => [name, scenario.title, scenario] as const),
);

describe("every event with an account calls its listeners", () => {
  test.each(table)("%s: %s", async (name, _title, scenario) => {
    const on: Said[] = [];
    const after: Said[] = [];
    site = createSite({
      throttle: { ...noThrottle, perSite: 1000 },
      ...scenario.options,
      on: everyName(on),
      after: everyName(after),
    });
    await unwrap(site.auth.users.create({ email: "zoe@example.org" }));
    const ready = await scenario.prepare(site);
    await throughJson(site, operations[name] as AnyOperation, ready);
    await site.auth.deliverMail();
    const rows = sorted(await rowsWithAccount(site));
    expect(rows.length).toBeGreaterThan(0);
    expect(sorted(on)).toEqual(rows);
    expect(sorted(after)).toEqual(rows);
    const inOrder = (events: readonly Said[]) => events.filter(({ event }) => !isDeferred(event));
    expect(inOrder(after)).toEqual(inOrder(on));
  });
});

import { afterEach, describe, expect, test } from "vitest";
import type { AnyOperation } from "../../src/core/operations/index.ts";
import { features } from "../../src/features.ts";
import { createSite, noThrottle, type Site } from "../support/site.ts";
import type { Scenario } from "./support/scenario.ts";
import { scenarios } from "./support/scenarios.ts";
import {
  rowsWithoutBrowser,
  throughFunction,
  throughJson,
  throughPage,
  throughScript,
} from "./support/views.ts";
import { countInOneShard } from "./support/whole-database.ts";

countInOneShard();

/*
 * An operation is written once. The page, the JSON endpoint and the function are views of it. Each scenario runs
 * through all of them, each on a separate, identical site. All of them must leave the same rows, cookies and user.
 */

const operations = Object.fromEntries(
  features.flatMap((feature) => Object.entries(feature.operations ?? {})),
) as Record<string, AnyOperation>;

let sites: Site[] = [];

afterEach(async () => {
  for (const site of sites) await site.close();
  sites = [];
});

function freshSite({ options = {} }: Scenario): Site {
  // Budgets of this size have one row; larger ones pick one of many at random.
  const site = createSite({ throttle: { ...noThrottle, perSite: 1000 }, ...options });
  sites.push(site);
  return site;
}

/** A fresh site, a moment before the scenario. */
async function prepared(scenario: Scenario) {
  const site = freshSite(scenario);
  const ready = await scenario.prepare(site);
  await site.mails();
  site.clock.advance("1s");
  return { site, ready };
}

test("every operation has a scenario that succeeds", () => {
  const walked = Object.keys(scenarios).filter((name) =>
    scenarios[name]?.some(({ code }) => code === undefined),
  );
  expect(walked.sort()).toEqual(Object.keys(operations).sort());
});

const table = Object.entries(scenarios).flatMap(([name, list]) =>
  list.map((scenario): [string, string, Scenario] => [name, scenario.title, scenario]),
);

describe("an operation does the same through page, JSON and function", () => {
  test.each(table)("%s: %s", async (name, _title, scenario) => {
    const operation = operations[name] as AnyOperation;
    const { code = null } = scenario;
    const on = {
      page: await prepared(scenario),
      json: await prepared(scenario),
      fn: await prepared(scenario),
    };
    const byFunction = await throughFunction(on.fn.site, name, on.fn.ready);
    expect([byFunction.result.ok, byFunction.trace.code]).toEqual([code === null, code]);
    expect(byFunction.within).toBe(byFunction.trace.who);

    const byJson = await throughJson(on.json.site, operation, on.json.ready);
    expect(byJson.trace).toEqual(byFunction.trace);
    expect(byJson.answer.status < 400).toBe(code === null);

    const byPage = await throughPage(on.page.site, operation, on.page.ready);
    expect({ ...byPage.trace, code }).toEqual(byFunction.trace);
    expect(byPage.refused).toBe(code !== null);
  });
});

describe("an operation does the same for a script", () => {
  test.each(table.filter(([, , scenario]) => scenario.script === true))(
    "%s: %s",
    async (name, _title, scenario) => {
      const browser = await prepared(scenario);
      const script = await prepared(scenario);
      const inBrowser = await throughFunction(browser.site, name, browser.ready);
      const byScript = await throughScript(script.site, name, script.ready);
      expect(byScript.result.code).toBe(inBrowser.result.code);
      expect(Object.keys(byScript.result).sort()).toEqual(Object.keys(inBrowser.result).sort());
      expect(byScript.rows).toEqual(await rowsWithoutBrowser(browser.site));
      expect(byScript.mails).toEqual(inBrowser.trace.mails);
    },
  );
});

const forAccounts = Object.keys(operations).filter((name) => operations[name]?.access.to !== "everyone");

test.each(forAccounts)("%s refuses a script, which isn't signed in", async (name) => {
  const scenario = scenarios[name]?.find(({ code }) => code === undefined) as Scenario;
  const { site, ready } = await prepared(scenario);
  const before = await rowsWithoutBrowser(site);
  const { result } = await throughScript(site, name, ready);
  expect(result).toEqual({ ok: false, code: "login_required" });
  expect(await rowsWithoutBrowser(site)).toEqual(before);
});

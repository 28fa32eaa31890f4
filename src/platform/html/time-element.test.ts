import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE, SECOND } from "../time/index.ts";
import { script } from "./static-files.ts";
import { timeElement } from "./time-element.ts";

const now = Date.UTC(2026, 10, 27, 18, 30);

async function shown(away: number, language: string): Promise<string | undefined> {
  const markup = String(await timeElement({ time: now + away, now, language }));
  return />(.*)<\/time>/.exec(markup)?.[1];
}

test.each([
  [-59 * SECOND, "now", "jetzt"],
  [-MINUTE, "1 minute ago", "vor 1 Minute"],
  [-59 * MINUTE, "59 minutes ago", "vor 59 Minuten"],
  [-2 * HOUR, "2 hours ago", "vor 2 Stunden"],
  [-DAY, "yesterday", "gestern"],
  [-6 * DAY, "6 days ago", "vor 6 Tagen"],
  [-7 * DAY, "Nov 20, 2026", "20.11.2026"],
  [14 * DAY, "Dec 11, 2026", "11.12.2026"],
])("a moment %d milliseconds away is shown as %j, in German as %j", async (away, english, german) => {
  expect([await shown(away, "en"), await shown(away, "de")]).toEqual([english, german]);
});

test("the exact time stands in the title for people, and in datetime for programs", async () => {
  const markup = String(await timeElement({ time: now - 2 * HOUR, now, language: "en" }));
  expect(markup).toBe(
    `<time datetime="2026-11-27T16:30:00.000Z" title="November 27, 2026 at 4:30 PM UTC">2 hours ago</time>`,
  );
});

test("the script shows the reader's own time, in the language of the page", () => {
  const recent = { dateTime: new Date(now).toISOString(), title: "UTC", textContent: "now", dataset: {} };
  const old = { ...recent, textContent: "Nov 20, 2026", dataset: { date: "" } };
  const document = {
    documentElement: { lang: "de" },
    querySelectorAll: (selector: string) => (selector.startsWith("time") ? [recent, old] : []),
  };
  new Function("document", "addEventListener", "location", script)(document, () => undefined, {});
  const local = new Date(now).toLocaleString("de", { dateStyle: "long", timeStyle: "short" });
  expect([recent.title, recent.textContent]).toEqual([local, "now"]);
  expect([old.title, old.textContent]).toEqual([
    local,
    new Date(now).toLocaleDateString("de", { dateStyle: "medium" }),
  ]);
});

import { describe, expect, test } from "vitest";
import { assets, assetUrl } from "./assets.ts";
import { card, dataTable, linkButton, linkList, notice } from "./components.ts";
import { type Html, html } from "./html.ts";
import { type LayoutModel, renderLayout } from "./layout.ts";
import { script } from "./static-files.ts";

const page: LayoutModel = {
  language: "en",
  navigationLabel: "Main",
  errorPrefix: "Error: ",
  siteName: "Latchkey",
  title: "Log in",
  nonce: "n0nce",
  assetPath: "/auth",
  width: "card",
  navigation: [
    { label: "Log in", href: "/login", current: true },
    { label: "Register", href: "/register" },
  ],
  homeHref: "/",
  flashes: [],
  body: html`<h1>Body</h1>`,
  skipLabel: "Skip to content",
};
const account = {
  name: "mina@example.org",
  accountLabel: "Your account",
  accountHref: "/account",
  logoutHref: "/logout",
  csrfField: html`<input type="hidden" name="csrf_token" value="t">`,
  logoutLabel: "Log out",
};
const hostile = `"><script>alert(1)</script>`;

async function text(markup: Html): Promise<string> {
  return String(await markup);
}

describe("the document", () => {
  test("[AC-10] a page names its language and its title", async () => {
    const markup = await text(renderLayout(page));
    expect(markup).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(markup).toContain("<title>Log in · Latchkey</title>");
  });

  test("a page names its icon, the icon for home screens and the colour of the browser's bars", async () => {
    const markup = await text(renderLayout(page));
    expect(markup).toContain(`<link rel="apple-touch-icon" href="/auth${assetUrl("touchIcon")}">`);
    expect(markup.match(/<meta name="theme-color"/g)).toHaveLength(2);
  });

  test("[IN-06] a page with a description carries it, escaped", async () => {
    expect(await text(renderLayout({ ...page, description: hostile }))).toMatch(
      /<meta name="description" content="&quot;&gt;&lt;script/,
    );
    expect(await text(renderLayout(page))).not.toContain("description");
  });

  test("[AC-04] the title of a page reports an error", async () => {
    expect(await text(renderLayout({ ...page, error: true }))).toContain(
      "<title>Error: Log in · Latchkey</title>",
    );
  });

  test("[IN-06] hostile values are plain text everywhere in a page", async () => {
    const markup = await text(
      renderLayout({
        ...page,
        language: hostile,
        siteName: hostile,
        title: hostile,
        nonce: hostile,
        assetPath: hostile,
        navigation: [{ label: hostile, href: hostile }],
        account: {
          ...account,
          name: hostile,
          accountLabel: hostile,
          accountHref: hostile,
          logoutHref: hostile,
          logoutLabel: hostile,
        },
        side: { label: hostile, links: [{ label: hostile, href: hostile }] },
        homeHref: hostile,
        flashes: [{ message: hostile, category: "error" }],
        help: { label: hostile, href: hostile },
        skipLabel: hostile,
        stylesheets: [hostile],
      }),
    );
    expect(markup.match(/<script/g)).toHaveLength(1);
    expect(markup).not.toContain(`"><script>alert`);
  });

  test("[IN-06] no link can run a script", async () => {
    const href = "javascript:alert(1)";
    const markups = [
      renderLayout({
        ...page,
        navigation: [{ label: "x", href }],
        homeHref: href,
        help: { label: "x", href },
      }),
      linkList([{ href, label: "x" }]),
      linkButton({ href: "JaVa\nScRiPt:alert(1)", label: "x" }),
      linkButton({ href: "\u0019data:text/html,x", label: "x" }),
    ];
    for (const markup of markups) expect(await text(markup)).not.toMatch(/script:|data:/i);
    expect(await text(linkButton({ href: "/posts?sort=a:b", label: "x" }))).toContain(
      `href="/posts?sort=a:b"`,
    );
  });

  test("[HD-02] style and script carry the nonce, nothing is inline or foreign", async () => {
    const markup = await text(renderLayout({ ...page, account }));
    expect(markup).toContain(`<link rel="stylesheet" href="/auth${assetUrl("style")}" nonce="n0nce">`);
    expect(markup).toContain(`<script src="/auth${assetUrl("script")}" defer nonce="n0nce"></script>`);
    expect(markup).toContain(`href="/auth${assetUrl("icon")}"`);
    expect(markup).not.toMatch(/\sstyle=|\son[a-z]+=|https?:/);
  });

  test("[AC-08] a page begins with a link past the navigation", async () => {
    const markup = await text(renderLayout(page));
    expect(markup).toMatch(/<body[^>]*>\s*<a class="skip-link" href="#main">Skip to content<\/a>/);
    expect(markup).toContain(`<main id="main"`);
    expect(markup).toContain(`<nav aria-label="Main">`);
    expect(markup).toContain(`<a href="/login" aria-current="page">Log in</a>`);
    expect(markup).toContain(`<a href="/register">Register</a>`);
  });

  test("[AC-08] the navigation of a place stands before its content, and the skip link passes both", async () => {
    const links = [
      { label: "Overview", href: "/account" },
      { label: "Activity", href: "/account/activity", current: true },
    ];
    const markup = await text(renderLayout({ ...page, account, side: { label: "Your account", links } }));
    expect(markup).toContain(`<nav class="side" aria-label="Your account">`);
    expect(markup).toContain(`<a href="/account/activity" aria-current="page">Activity</a>`);
    expect(markup.indexOf("/account/activity")).toBeLessThan(markup.indexOf(`<main id="main"`));
    expect(await text(renderLayout({ ...page, account }))).not.toContain(`class="side"`);
  });

  test("[AC-08] the link with the account's name says what it leads to, and whether that is this page", async () => {
    const at = async (current: boolean) => text(renderLayout({ ...page, account: { ...account, current } }));
    expect(await at(false)).toMatch(
      /<a class="account-link" href="\/account"><.*Your account: <\/span>.*mina@/,
    );
    expect(await at(true)).toContain(`<a class="account-link" href="/account" aria-current="page">`);
  });

  test.each(["card", "content"] as const)(
    "[LO-03] a signed-in %s page offers to log out by POST",
    async (width) => {
      const markup = await text(renderLayout({ ...page, width, account }));
      expect(markup).toMatch(
        /<form method="post" action="\/logout"><input[^>]+csrf_token[^>]+><button[^>]+>Log out</,
      );
      expect(await text(renderLayout({ ...page, width }))).not.toContain("/logout");
    },
  );

  test("[AC-04] errors and warnings are alerts, other messages have the role status", async () => {
    const roles = { success: "status", info: "status", warning: "alert", error: "alert" } as const;
    for (const [category, role] of Object.entries(roles)) {
      const markup = await text(notice({ message: "x", category: category as keyof typeof roles }));
      expect(markup).toContain(`role="${role}"`);
    }
    const flashes = [{ message: "Saved & done", category: "success" as const }];
    expect(await text(renderLayout({ ...page, flashes }))).toContain("Saved &amp; done");
  });

  test("[AC-04] the first message of a page takes the focus, so that screen readers read it", async () => {
    const flash = { message: "Saved", category: "success" as const };
    const markup = await text(renderLayout({ ...page, flashes: [flash, flash] }));
    expect(markup.match(/role="status" tabindex="-1" autofocus>/g)).toHaveLength(1);
    expect(await text(notice(flash))).not.toContain("autofocus");
  });
});

describe("components", () => {
  test("[IN-06] cells and titles given as strings are escaped, pieces of page are kept", async () => {
    const table = dataTable({
      caption: hostile,
      columns: ["A", hostile],
      rows: [[hostile, html`<b>kept</b>`]],
    });
    const markup =
      (await text(table)) + (await text(card({ title: hostile, intro: hostile, children: hostile })));
    expect(markup).not.toContain("<script");
    expect(markup).toContain("<b>kept</b>");
  });

  test("a table's caption can be left to screen readers", async () => {
    const table = { caption: "Users", columns: ["User"], rows: [["mina"]] };
    expect(await text(dataTable({ ...table, hideCaption: true }))).toContain(
      `<caption class="visually-hidden">Users</caption>`,
    );
  });

  test("a table keeps its meaning when it is shown as cards", async () => {
    const markup = await text(
      dataTable({ caption: "Users", columns: ["User", "Role"], rows: [["mina", "admin"]] }),
    );
    expect(markup).toContain(`<caption>Users</caption>`);
    expect(markup).toContain(`<th role="rowheader" scope="row">`);
    expect(markup).toContain(`<td role="cell" data-label="Role">`);
  });
});

describe("assets", () => {
  test("assets are found under the address in pages, with a hash of their content", () => {
    for (const kind of ["style", "script", "icon", "touchIcon"] as const) {
      expect(assetUrl(kind)).toMatch(/^\/assets\/latchkey-[0-9a-f]{10}\.(css|js|svg|png)$/);
      expect(assets.get(assetUrl(kind))?.body.length).toBeGreaterThan(100);
    }
    expect(assets.get(assetUrl("style"))?.contentType).toBe("text/css; charset=utf-8");
    expect(assets.size).toBe(4);
  });

  test("[LO-05] the script reloads a page that Back restored from memory", () => {
    const listeners = new Map<string, (event: { persisted: boolean }) => void>();
    let reloads = 0;
    const run = new Function("document", "addEventListener", "location", script);
    run(
      { querySelectorAll: () => [] },
      (type: string, listener: (event: { persisted: boolean }) => void) => listeners.set(type, listener),
      { reload: () => reloads++ },
    );
    listeners.get("pageshow")?.({ persisted: false });
    expect(reloads).toBe(0);
    listeners.get("pageshow")?.({ persisted: true });
    expect(reloads).toBe(1);
  });
});

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OtherSite, startOtherSite } from "./support/other-site.ts";
import { stage } from "./support/stage.ts";
import { heading, linkInMailTo, register, sessionStatus, signedIn } from "./support/steps.ts";

const theatre = stage();
let elsewhere: OtherSite;

beforeAll(async () => {
  elsewhere = await startOtherSite();
});
afterAll(() => elsewhere.close());

/** An attacker's form, with fields for the victim's post. */
function forgery(action: string, fields: Record<string, string>): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
  );
  return `<form method="post" action="${theatre.origin}${action}">${inputs.join("")}<button>Win a prize</button></form>`;
}

/** The token of the victim's forms: even an attacker with this token must fail. */
async function tokenOf(page: Page): Promise<string> {
  return (await (await page.request.get("/csrf")).json()).csrf_token;
}

async function victim(name: string): Promise<Page> {
  return signedIn(theatre, await theatre.application.createAccount(name), { watched: false });
}

async function expectNoPost(page: Page, title: string): Promise<void> {
  const { posts } = await (
    await page.request.get("/posts", { headers: { accept: "application/json" } })
  ).json();
  expect(posts.map((post: { title: string }) => post.title)).not.toContain(title);
}

describe.each(["crossSite", "sameSite"] as const)("a page of a %s origin", (relation) => {
  test("[CF-02] [CK-03] another site can't send a form, even with the right token", async () => {
    const page = await victim("ada");
    const title = `Forged from ${relation}`;
    elsewhere.put("/prize", forgery("/posts/new", { csrf_token: await tokenOf(page), title, content: "x" }));
    await page.goto(`${elsewhere[relation]}/prize`);
    const [request] = await Promise.all([
      page.waitForRequest((each) => each.method() === "POST"),
      page.getByRole("button").click(),
    ]);
    const response = await request.response();
    expect(response?.status()).toBe(403);
    const headers = await request.allHeaders();
    expect(headers["sec-fetch-site"]).toBe(relation === "crossSite" ? "cross-site" : "same-site");
    // SameSite keeps the cookie from another site. Another port is the same site, so there only the check protects.
    expect(headers.cookie !== undefined).toBe(relation === "sameSite");
    await heading(page).filter({ hasText: "This form can't be sent" }).waitFor();
    await expectNoPost(page, title);
    expect(await sessionStatus(page)).toBe(200);
  });

  test("[HD-03] another site can't show a page in a frame", async () => {
    const page = await victim("bo");
    elsewhere.put("/frame", `<iframe src="${theatre.origin}/dashboard" width="900" height="600"></iframe>`);
    const [request] = await Promise.all([
      page.waitForRequest(`${theatre.origin}/dashboard`),
      page.goto(`${elsewhere[relation]}/frame`),
    ]);
    const headers = await request.allHeaders();
    expect(headers.cookie !== undefined).toBe(relation === "sameSite");
    const frame = page.frames().find((each) => each !== page.mainFrame());
    await expect.poll(() => frame?.url(), { timeout: 15_000 }).toMatch(/^chrome-error:/);
    expect(await frame?.content()).not.toMatch(/Welcome|Log in/);
  });

  test("[LO-02] another site can't log a visitor out by an image, a prefetch or a form", async () => {
    const page = await victim("cy");
    const logout = `${theatre.origin}/logout`;
    const form = forgery("/logout", { csrf_token: await tokenOf(page) });
    elsewhere.put("/image", `<link rel="prefetch" href="${logout}"><img src="${logout}" alt="">${form}`);
    await Promise.all([
      page.waitForRequest((each) => each.url() === logout && each.resourceType() === "image"),
      page.goto(`${elsewhere[relation]}/image`, { waitUntil: "load" }),
    ]);
    expect(await sessionStatus(page)).toBe(200);
    const [response] = await Promise.all([
      page.waitForResponse((each) => each.request().method() === "POST"),
      page.getByRole("button").click(),
    ]);
    expect(response.status()).toBe(403);
    expect(await sessionStatus(page)).toBe(200);
  });
});

test("[CF-03] a sandboxed frame with the origin null can't send a form", async () => {
  const page = await victim("di");
  const form = forgery("/posts/new", {
    csrf_token: await tokenOf(page),
    title: "From the sandbox",
    content: "x",
  });
  const inner = form.replaceAll('"', "&quot;");
  elsewhere.put("/sandbox", `<iframe sandbox="allow-forms allow-scripts" srcdoc="${inner}"></iframe>`);
  await page.goto(`${elsewhere.crossSite}/sandbox`);
  const [request] = await Promise.all([
    page.waitForRequest((each) => each.method() === "POST"),
    page.frameLocator("iframe").getByRole("button").click(),
  ]);
  expect((await request.allHeaders()).origin).toBe("null");
  expect((await request.response())?.status()).toBe(403);
  await expectNoPost(page, "From the sandbox");
});

test("[CF-03] a forged form can't sign a visitor in to another account", async () => {
  const page = await theatre.visitor({ watched: false });
  const { email } = await theatre.application.createAccount("eve");
  elsewhere.put("/login", forgery("/login", { login: email, password: "quiet harbour lantern" }));
  await page.goto(`${elsewhere.crossSite}/login`);
  const [response] = await Promise.all([
    page.waitForResponse((each) => each.request().method() === "POST"),
    page.getByRole("button").click(),
  ]);
  expect(response.status()).toBe(403);
  expect(await sessionStatus(page)).toBe(401);
});

test("[HD-05] a link from a page with a token in its address doesn't reveal the token", async () => {
  const page = await theatre.visitor({ watched: false });
  await register(page, { email: "flo@example.org", password: "paper boats drifting" });
  await page.goto(await linkInMailTo(page, "flo@example.org"));
  expect(page.url()).toContain("token=");
  elsewhere.put("/help", "<h1>Help</h1>");
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.href = href;
    link.textContent = "Help elsewhere";
    document.querySelector("main")?.append(link);
  }, `${elsewhere.crossSite}/help`);
  await page.getByRole("link", { name: "Help elsewhere" }).click();
  await page.waitForURL(`${elsewhere.crossSite}/help`);
  const asked = elsewhere.requests.find(({ path }) => path === "/help");
  expect(asked?.headers).not.toHaveProperty("referer");
});

import { describe, expect, test } from "vitest";
import { stage } from "./support/stage.ts";
import {
  describedBy,
  expectErrorSummary,
  heading,
  message,
  signedIn,
  whereIs,
  writePost,
} from "./support/steps.ts";

const theatre = stage();

describe.each([true, false])("[AC-11] with JavaScript: %j", (javaScript) => {
  const kind = javaScript ? "script" : "plain";

  test("a post is written, changed and deleted", async () => {
    const page = await signedIn(theatre, await theatre.application.createAccount("ada"), { javaScript });
    await page.getByRole("link", { name: "New post" }).first().click();
    await page.waitForURL("/posts/new");
    await page.getByLabel("Title").fill(`A <b>bold</b> start, ${kind}`);
    await page.getByLabel("Text").fill("First line.\n<script>alert(1)</script>");
    await page.getByRole("button", { name: "Publish" }).click();
    await heading(page)
      .filter({ hasText: `A <b>bold</b> start, ${kind}` })
      .waitFor();
    expect(await message(page)).toContain("Your post is published.");
    expect(await page.getByText("<script>alert(1)</script>").isVisible()).toBe(true);
    const post = whereIs(page);

    await page.getByRole("link", { name: "Edit" }).click();
    await page.waitForURL(`${post}/edit`);
    expect(await page.getByLabel("Text").inputValue()).toBe("First line.\n<script>alert(1)</script>");
    await page.getByLabel("Title").fill(`A calmer start, ${kind}`);
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.waitForURL(post);
    expect(await message(page)).toContain("Your changes are saved.");
    expect(await heading(page).textContent()).toBe(`A calmer start, ${kind}`);

    await page.goto(`${post}/edit`);
    await page.getByText("Delete this post").first().click();
    await page.getByRole("button", { name: "Delete this post" }).click();
    await page.waitForURL("/posts");
    expect(await message(page)).toContain("The post is deleted.");
    expect(await page.getByText(`A calmer start, ${kind}`).count()).toBe(0);
    expect((await page.goto(post))?.status()).toBe(404);
    expect(await heading(page).textContent()).toBe("Page not found");
  });

  test("another account's post can be read and not changed", async () => {
    const author = await signedIn(theatre, await theatre.application.createAccount("bo"), { javaScript });
    const post = await writePost(author, `Mine alone, ${kind}`);

    const other = await signedIn(theatre, await theatre.application.createAccount("cy"), { javaScript });
    await other.goto("/posts");
    await other.getByRole("link", { name: `Mine alone, ${kind}` }).click();
    await other.waitForURL(post);
    expect(await other.getByRole("link", { name: "Edit" }).count()).toBe(0);
    expect((await other.goto(`${post}/edit`))?.status()).toBe(403);
    expect(await heading(other).textContent()).toBe("You can't open this");
    expect(await other.title()).toMatch(/^Error: /);
  });

  test("the list of users is for administrators", async () => {
    const { email } = await theatre.application.createAccount("di");
    const admin = await theatre.application.createAccount("eve", ["admin"]);
    const page = await signedIn(theatre, admin, { javaScript });
    await page.getByRole("navigation").getByRole("link", { name: "Users" }).click();
    await page.waitForURL("/admin/users");
    await page.getByLabel("Email or username").fill(email);
    await page.getByRole("button", { name: "Search" }).click();
    await page.waitForURL(/query=/);
    expect(await page.getByRole("rowheader").allTextContents()).toEqual([expect.stringContaining(email)]);

    const plain = await signedIn(theatre, await theatre.application.createAccount("flo"), { javaScript });
    expect((await plain.goto("/admin/users"))?.status()).toBe(403);
    expect(await heading(plain).textContent()).toBe("You can't open this");
    expect(await plain.content()).not.toContain(email);
  });

  test("[AC-04] [AC-05] a post without a title names the problem and keeps its text", async () => {
    const page = await signedIn(theatre, await theatre.application.createAccount("gil"), { javaScript });
    await page.goto("/posts/new");
    await page.getByLabel("Text").fill("Long and carefully written.");
    await page.getByRole("button", { name: "Publish" }).click();
    await expectErrorSummary(page, { "Enter a title.": "Title" });
    expect(await page.getByLabel("Text").inputValue()).toBe("Long and carefully written.");
    expect(await describedBy(page.getByLabel("Title"))).toContain("200 characters");
  });
});

test("an editor changes posts of other accounts", async () => {
  const author = await signedIn(theatre, await theatre.application.createAccount("hal"));
  const post = await writePost(author, "With a tpyo");
  const editor = await signedIn(theatre, await theatre.application.createAccount("ida", ["editor"]));
  await editor.goto(post);
  await editor.getByRole("link", { name: "Edit" }).click();
  await editor.getByLabel("Title").fill("Without a typo");
  await editor.getByRole("button", { name: "Save changes" }).click();
  await editor.waitForURL(post);
  await author.reload();
  expect(await heading(author).textContent()).toBe("Without a typo");
});

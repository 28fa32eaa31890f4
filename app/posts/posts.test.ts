import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestApplication, type TestApplication } from "../../tests/support/application.ts";

let application: TestApplication;

beforeEach(async () => {
  application = await createTestApplication();
});
afterEach(() => application.close());

const author = { email: "ann@example.org", username: "ann" };

async function signIn(who: string | { email: string; username?: string }, roles?: string[]) {
  return application.t.as(who, roles === undefined ? {} : { roles });
}

/** Publishes by JSON and returns the post. */
async function publish(headers: Record<string, string>, title = "A title", content = "Some text") {
  const response = await application.ask("/posts/new", { headers, json: { title, content } });
  expect(response.status).toBe(201);
  const { post } = (await response.json()) as { post: { id: string; title: string; content: string } };
  return post;
}

const count = async () =>
  (await application.auth.database.one<{ n: number }>("SELECT count(*) AS n FROM posts"))?.n;

describe("a post as pages", () => {
  test("a post is written, read, changed and deleted as pages, with a message after each change", async () => {
    const { cookie, csrfToken: csrf_token } = await signIn(author);
    const form = await application.ask("/posts/new", { headers: { cookie } });
    expect(form.status).toBe(200);
    expect(await form.text()).toContain('name="csrf_token"');

    const fields = { csrf_token, title: "Hello", content: "First line\r\nSecond line" };
    const created = await application.ask("/posts/new", { headers: { cookie }, form: fields });
    expect(created.status).toBe(303);
    const path = created.headers.get("location") as string;
    expect(path).toMatch(/^\/posts\/[0-9a-f-]{36}$/);
    const flash = created.headers.getSetCookie().map((value) => value.split(";")[0]);
    const shown = await (
      await application.ask(path, { headers: { cookie: [cookie, ...flash].join("; ") } })
    ).text();
    expect(shown).toContain("Your post is published.");
    expect(shown).toContain("First line\nSecond line");
    expect(shown).toContain(`href="${path}/edit"`);

    const edit = await (await application.ask(`${path}/edit`, { headers: { cookie } })).text();
    expect(edit).toContain('value="Hello"');
    const changed = await application.ask(`${path}/edit`, {
      headers: { cookie },
      form: { csrf_token, title: "Hello again", content: "Other" },
    });
    expect([changed.status, changed.headers.get("location")]).toEqual([303, path]);
    expect(await (await application.ask(path)).text()).toContain("Hello again");

    const deleted = await application.ask(`${path}/delete`, { headers: { cookie }, form: { csrf_token } });
    expect([deleted.status, deleted.headers.get("location")]).toEqual([303, "/posts"]);
    expect((await application.ask(path)).status).toBe(404);
  });

  test("a refused post shows the form again with the typed text and the problem", async () => {
    const { cookie, csrfToken: csrf_token } = await signIn(author);
    const typed = { csrf_token, title: "x".repeat(201), content: "Kept & escaped <b>" };
    const response = await application.ask("/posts/new", { headers: { cookie }, form: typed });
    expect(response.status).toBe(422);
    const html = await response.text();
    expect(html).toContain("Kept &amp; escaped &lt;b&gt;");
    expect(html).toContain("Use at most 200 characters.");
    expect(html).toContain('href="#field-title"');
    expect(html).toMatch(/<title>Error: /);
    expect(await count()).toBe(0);
  });

  test("signed-out visitors read posts, and writing leads them to the login", async () => {
    const { headers } = await signIn(author);
    const { id } = await publish(headers);
    const html = await (await application.ask(`/posts/${id}`)).text();
    expect(html).not.toContain("/edit");
    const response = await application.ask("/posts/new");
    expect([response.status, response.headers.get("location")]).toEqual([303, "/login?next=%2Fposts%2Fnew"]);
    const edit = await application.ask(`/posts/${id}/edit`);
    expect(edit.headers.get("location")).toBe(`/login?next=%2Fposts%2F${id}%2Fedit`);
  });

  test("[IN-06] text of a post stays text", async () => {
    const { headers } = await signIn(author);
    const evil = `"><script>alert(1)</script>{{7*7}}`;
    const { id } = await publish(headers, evil, evil);
    for (const path of ["/posts", `/posts/${id}`, "/dashboard", `/posts/${id}/edit`]) {
      const html = await (await application.ask(path, { headers })).text();
      expect(html).not.toContain("<script>alert");
      expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}");
    }
  });
});

describe("a post as JSON", () => {
  test("a post is written, listed, changed and deleted as JSON at the same URLs", async () => {
    const { headers, user } = await signIn(author);
    const post = await publish(headers, "Title", "a\tb\nc");
    expect(post).toEqual({
      id: post.id,
      title: "Title",
      content: "a\tb\nc",
      author: { id: user.id, username: "ann" },
      created_at: "2026-01-01T00:00:00.000Z",
      updated_at: "2026-01-01T00:00:00.000Z",
    });
    application.t.clock.advance("1m");
    const edited = await application.ask(`/posts/${post.id}/edit`, {
      headers,
      json: { title: "New", content: "Text" },
    });
    expect(edited.status).toBe(200);
    const { post: changed } = (await edited.json()) as { post: Record<string, string> };
    expect(changed).toMatchObject({ id: post.id, title: "New", updated_at: "2026-01-01T00:01:00.000Z" });
    const list = await application.ask("/posts", { wantsJson: true });
    expect(await list.json()).toEqual({ posts: [changed], next_cursor: null });
    const one = await application.ask(`/posts/${post.id}`, { wantsJson: true });
    expect(await one.json()).toEqual({ post: changed });
    const deleted = await application.ask(`/posts/${post.id}/delete`, { headers, json: {} });
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect(await count()).toBe(0);
  });

  test("problems of a JSON post name the field and the code", async () => {
    const { headers } = await signIn(author);
    const refused = async (json: Record<string, unknown>) => {
      const response = await application.ask("/posts/new", { headers, json });
      expect(response.status).toBe(422);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      const { code, errors } = (await response.json()) as {
        code: string;
        errors: Record<string, { code: string }[]>;
      };
      expect(code).toBe("invalid_input");
      return Object.fromEntries(Object.entries(errors).map(([name, list]) => [name, list[0]?.code]));
    };
    expect(await refused({})).toEqual({ title: "required", content: "required" });
    expect(await refused({ title: "  ", content: "\n" })).toEqual({ title: "required", content: "required" });
    expect(await refused({ title: ["x"], content: { a: 1 } })).toEqual({
      title: "wrong_type",
      content: "wrong_type",
    });
    expect(await refused({ title: 5, content: null })).toEqual({
      title: "wrong_type",
      content: "wrong_type",
    });
    expect(await refused({ title: "two\nlines", content: "x\u0007" })).toEqual({
      title: "invalid_characters",
      content: "invalid_characters",
    });
    expect(await refused({ title: "é".repeat(201), content: "x".repeat(20_001) })).toEqual({
      title: "too_long",
      content: "too_long",
    });
    expect(await count()).toBe(0);
  });

  test("the length of a post counts code points, and line breaks of forms once", async () => {
    const { headers, cookie, csrfToken: csrf_token } = await signIn(author);
    expect((await publish(headers, "😀".repeat(200), "y".repeat(20_000))).title).toBe("😀".repeat(200));
    const content = `x${"\r\n".repeat(100)}${"x".repeat(19_899)}`;
    const response = await application.ask("/posts/new", {
      headers: { cookie },
      form: { csrf_token, title: "Lines", content },
    });
    expect(response.status).toBe(303);
  });

  test("[IN-01] a post beyond 256 KiB is 413, and every text of 20,000 characters fits", async () => {
    const { headers, cookie, csrfToken: csrf_token } = await signIn(author);
    const send = async (content: string) => {
      const json = await application.ask("/posts/new", { headers, json: { title: "x", content } });
      const form = { csrf_token, title: "x", content };
      const page = await application.ask("/posts/new", { headers: { cookie }, form });
      return [json.status, page.status];
    };
    expect(await send("漢".repeat(20_000))).toEqual([201, 303]);
    expect(await send("漢".repeat(20_001))).toEqual([422, 422]);
    expect(await send("é".repeat(140_000))).toEqual([413, 413]);
    expect(await count()).toBe(2);
  });

  test("[IN-02] unreadable bodies are refused, never 500", async () => {
    const { headers } = await signIn(author);
    const send = async (type: string, body: string) => {
      const all = { ...headers, "content-type": type };
      return (await application.app.request("/posts/new", { method: "POST", headers: all, body })).status;
    };
    expect(await send("application/json", "{")).toBe(400);
    expect(await send("application/json", '{"title":"a","title":"b","content":"c"}')).toBe(400);
    expect(await send("application/json", "[]")).toBe(400);
    expect(await send("application/x-www-form-urlencoded", "title=a&title=b&content=c")).toBe(400);
    expect(await send("application/x-www-form-urlencoded", "title=%00&content=c")).toBe(400);
    expect(await send("text/plain", "title=a&content=c")).toBe(415);
    expect(await count()).toBe(0);
  });
});

describe("rights to change a post", () => {
  test("[AZ-02] another user can't see the form of a post, change it or delete it, as page or JSON", async () => {
    const owner = await signIn(author);
    const other = await signIn("bob@example.org");
    const { id } = await publish(owner.headers);
    const { csrfToken: csrf_token, cookie, headers } = other;
    const statuses = [
      await application.ask(`/posts/${id}/edit`, { headers: { cookie } }),
      await application.ask(`/posts/${id}/edit`, {
        headers: { cookie },
        form: { csrf_token, title: "x", content: "y" },
      }),
      await application.ask(`/posts/${id}/delete`, { headers: { cookie }, form: { csrf_token } }),
      await application.ask(`/posts/${id}/edit`, { headers, json: { title: "x", content: "y" } }),
      await application.ask(`/posts/${id}/delete`, { headers, json: {} }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([403, 403, 403, 403, 403]);
    const html = await (await application.ask(`/posts/${id}`, { headers: { cookie } })).text();
    expect(html).toContain("A title");
    expect(html).not.toContain("/edit");
  });

  test.each(["editor", "admin"])("an %s may change a post, and finds it on the dashboard", async (role) => {
    const owner = await signIn(author);
    const { id } = await publish(owner.headers);
    const { headers } = await signIn("eve@example.org", [role]);
    const dashboard = await (await application.ask("/dashboard", { headers })).text();
    expect(dashboard).toContain("Posts you can edit");
    const edited = await application.ask(`/posts/${id}/edit`, {
      headers,
      json: { title: "By role", content: "y" },
    });
    expect(edited.status).toBe(200);
    const { post } = (await edited.json()) as { post: { author: { id: string } } };
    expect(post.author.id).toBe(owner.user.id);
  });

  test("each dashboard shows only the account's own posts", async () => {
    const owner = await signIn(author);
    await publish(owner.headers, "Of Ann");
    const { headers } = await signIn("bob@example.org");
    expect(await (await application.ask("/dashboard", { headers })).text()).not.toContain("Of Ann");
  });

  test("signed-out writers get the login as pages and 401 as programs; unknown posts are 404", async () => {
    const { headers, cookie, csrfToken: csrf_token } = await signIn(author);
    const { id } = await publish(headers);
    const page = await application.ask(`/posts/${id}/delete`, { form: { csrf_token } });
    expect(page.status).toBe(303);
    const json = await application.ask(`/posts/${id}/edit`, { json: { title: "x", content: "y" } });
    expect(json.status).toBe(401);
    expect(await json.json()).toMatchObject({ code: "login_required" });
    const unknown = "/posts/01939b8e-0000-7000-8000-000000000000";
    expect((await application.ask(unknown)).status).toBe(404);
    expect((await application.ask(`${unknown}/edit`, { headers: { cookie } })).status).toBe(404);
    expect((await application.ask("/posts/%27%20OR%201=1--", { headers: { cookie } })).status).toBe(404);
  });

  test("[CF-01] a post without the token, with another's or from another site changes nothing", async () => {
    const { headers, cookie } = await signIn(author);
    const other = await signIn("bob@example.org");
    const { id } = await publish(headers);
    const path = `/posts/${id}/delete`;
    const { csrfToken: csrf_token } = other;
    expect((await application.ask(path, { headers: { cookie }, form: { x: "y" } })).status).toBe(403);
    expect((await application.ask(path, { headers: { cookie }, form: { csrf_token } })).status).toBe(403);
    const foreign = { ...headers, "sec-fetch-site": "cross-site" };
    expect((await application.ask(path, { headers: foreign, json: {} })).status).toBe(403);
    expect(await count()).toBe(1);
  });

  test("[SU-03] a body can't claim another author", async () => {
    const { user } = await signIn("bob@example.org");
    const { headers, user: ann } = await signIn(author);
    const json = { title: "x", content: "y", author_id: user.id, authorId: user.id, id: "1" };
    const response = await application.ask("/posts/new", { headers, json });
    const { post } = (await response.json()) as { post: { id: string; author: { id: string } } };
    expect(post.author.id).toBe(ann.id);
    expect(post.id).not.toBe("1");
  });
});

describe("the list", () => {
  test("the list has pages of twenty, newest first", async () => {
    const { headers } = await signIn(author);
    for (let number = 1; number <= 21; number++) await publish(headers, `Number ${number}`);
    const read = async (path: string) =>
      (await (await application.ask(path, { wantsJson: true })).json()) as {
        posts: { title: string }[];
        next_cursor: string;
      };
    const first = await read("/posts");
    expect(first.posts.map(({ title }) => title)).toEqual(
      Array.from({ length: 20 }, (_, index) => `Number ${21 - index}`),
    );
    const second = await read(`/posts?cursor=${first.next_cursor}`);
    expect(second.posts.map(({ title }) => title)).toEqual(["Number 1"]);
    expect(second.next_cursor).toBeNull();
    const html = await (await application.ask("/posts")).text();
    expect(html).toContain(`/posts?cursor=${first.next_cursor}`);
    expect((await read("/posts?cursor=%27%20OR%201=1")).posts).toHaveLength(20);
  });

  test("[PV-03] the list shows usernames and never addresses", async () => {
    const { headers } = await signIn(author);
    const nameless = await signIn("canary@example.org");
    await publish(headers, "By Ann");
    const { id } = await publish(nameless.headers, "By nobody");
    for (const [path, wantsJson] of [
      ["/posts", false],
      ["/posts", true],
      [`/posts/${id}`, false],
      [`/posts/${id}`, true],
    ] as const) {
      const text = await (await application.ask(path, { wantsJson, headers })).text();
      expect(text).not.toContain("canary");
      if (!wantsJson) expect(text).toContain("Somebody");
    }
    expect(await (await application.ask("/posts")).text()).not.toContain("example.org");
  });

  test("the list says when it is empty", async () => {
    expect(await (await application.ask("/posts")).text()).toContain("No posts yet");
  });
});

describe("the rate of posts", () => {
  const form = (csrf_token: string) => ({ csrf_token, title: "The next one", content: "What I <typed>" });

  test("[IN-01] an author publishes 30 posts an hour, and the refused form keeps what was typed", async () => {
    const { t, ask } = application;
    const { headers, cookie, csrfToken } = await signIn(author);
    for (let post = 0; post < 30; post += 1) {
      t.clock.advance("1m");
      await publish(headers, `Post ${post}`);
    }
    const refused = await ask("/posts/new", { headers: { cookie }, form: form(csrfToken) });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, String(31 * 60)]);
    const page = await refused.text();
    expect(page).toContain(
      "You&#39;ve published 30 posts within an hour. Wait 31 minutes, then publish this one.",
    );
    expect(page).toContain("<title>Error: New post");
    expect(page).toContain('value="The next one"');
    expect(page).toContain("What I &lt;typed&gt;</textarea>");
    const problem = await ask("/posts/new", { headers, json: { title: "x", content: "y" } });
    expect([problem.status, problem.headers.get("retry-after")]).toEqual([429, String(31 * 60)]);
    expect(await problem.json()).toMatchObject({ code: "too_many_attempts" });
    expect(await count()).toBe(30);

    t.clock.advance("31m");
    expect((await ask("/posts/new", { headers: { cookie }, form: form(csrfToken) })).status).toBe(303);
    expect((await ask("/posts/new", { headers: { cookie }, form: form(csrfToken) })).status).toBe(429);
  });

  test("[IN-01] of 60 posts that are sent at once 30 are published, and another author has 30 more", async () => {
    const { headers } = await signIn(author);
    const other = await signIn("ben@example.org");
    const send = (by: Record<string, string>) =>
      application.ask("/posts/new", { headers: by, json: { title: "x", content: "y" } });
    const answers = await Promise.all(Array.from({ length: 60 }, () => send(headers)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(30);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
    expect((await send(other.headers)).status).toBe(201);
  });
});

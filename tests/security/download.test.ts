import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { migrate, unwrap } from "latchkey";
import { readEnvironment } from "latchkey/environment";
import { createTestAuth, testPassword } from "latchkey/testing";
import { expect, onTestFinished, test } from "vitest";
import { authOptions } from "../../app/application.ts";
import { migrations } from "../../app/posts/migrations.ts";
import { createBrowser, overHttp } from "../support/browser.ts";

const email = "busy@example.org";
const EVENTS = 50_000;
const POSTS = 5000;
const EMOJI = 5000;
/** As in a small container. All posts together are as large. */
const HEAP_MEGABYTES = 100;

const root = join(import.meta.dirname, "..", "..");
const flags = [
  `--max-old-space-size=${HEAP_MEGABYTES}`,
  "--conditions=latchkey-source",
  "--disable-warning=ExperimentalWarning",
];

/** Counts from 1 to the last parameter. */
const numbers = (last: string) =>
  `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${last})`;

/** An account that signed in for weeks and wrote a shelf of books. The rows go in directly, as attackers take hours. */
async function fillDatabase(variables: Record<string, string>): Promise<void> {
  const { auth, close } = createTestAuth({
    ...authOptions(readEnvironment(variables)),
    database: variables.DATABASE_URL as string,
  });
  const { user } = await unwrap(auth.users.create({ email, password: testPassword }));
  const now = auth.clock.now();
  await migrate(auth.database, "app", migrations, auth.clock);
  await auth.database.run(
    `${numbers("$3")} INSERT INTO audit (id, time, event, actor, subject, address, user_agent, detail, seal)
     SELECT printf('01900000-0000-7000-8000-%012x', i), $2, 'authn_login_success', $1, $1, '203.0.113.1',
       'Mozilla/5.0 (X11; Linux) Firefox/130.0', '{"method":"password","known_device":false}', 0 FROM n`,
    user.id,
    now,
    EVENTS,
  );
  await auth.database.run(
    `${numbers("$3")} INSERT INTO posts (id, author_id, title, content, created_at, updated_at)
     SELECT printf('01900000-0000-7000-8000-%012x', i), $1, 'Post ' || i, replace(hex(zeroblob($4)), '00', '😀'), $2, $2
     FROM n`,
    user.id,
    now,
    POSTS,
    EMOJI,
  );
  await close();
}

/** The running application, and its address. */
async function startApplication(variables: Record<string, string>): Promise<[ChildProcess, string]> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [...flags, join(root, "app", "main.ts")], {
    env: { PATH, ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const port = new Promise<number>((resolve, reject) => {
    lines.on("line", (line) => {
      if (line.includes('"listening"')) resolve((JSON.parse(line) as { port: number }).port);
    });
    child.once("exit", () => reject(new Error("The application ended before it listened.")));
  });
  return [child, `http://localhost:${await port}`];
}

test("[IN-01] A-DO-09 a small process answers others while it sends an account with 50,000 events and 5,000 posts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-download-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const variables = {
    DATABASE_URL: `sqlite:${join(folder, "app.db")}`,
    SECRET_KEYS: "bT9zQ1vYw7Lk3XcR8mN2pS5uD0fGhJ4aEiOqWtZrUyI",
    PORT: "0",
  };
  await fillDatabase(variables);
  const [child, url] = await startApplication(variables);
  const browser = createBrowser({ origin: url, sessionCookie: "session", fetch: overHttp(url) });
  expect((await browser.postJson("/login", { login: email, password: testPassword })).status).toBe(200);

  const headers = { accept: "application/json", cookie: browser.jar.header };
  const [answer] = (await once(request(`${url}/account/export`, { headers }).end(), "response")) as [
    IncomingMessage,
  ];
  expect(answer.statusCode).toBe(200);
  let isRunning = true;
  const others = (async () => {
    const statuses: number[] = [];
    while (isRunning) statuses.push(await browser.sessionStatus());
    return statuses;
  })().catch((error: unknown) => [String(error)]);
  let emoji = 0;
  const texts: string[] = [];
  for await (const text of answer.setEncoding("utf8") as AsyncIterable<string>) {
    // Counted and left out: this process has better things to remember.
    const rest = text.replaceAll("😀", "");
    emoji += (text.length - rest.length) / "😀".length;
    texts.push(rest);
  }
  isRunning = false;
  expect(answer.complete).toBe(true);
  expect(emoji).toBe(POSTS * EMOJI);
  const { activity, application } = JSON.parse(texts.join("")) as {
    activity: { id: string }[];
    application: { posts: { title: string }[] };
  };
  expect(new Set(activity.map(({ id }) => id)).size).toBeGreaterThan(EVENTS);
  expect(application.posts.map(({ title }) => title)).toEqual(
    Array.from({ length: POSTS }, (_, index) => `Post ${POSTS - index}`),
  );
  // One by one, each waiting for the one before.
  const statuses = await others;
  expect(statuses.length).toBeGreaterThan(100);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  expect([await browser.sessionStatus(), child.exitCode]).toEqual([200, null]);
}, 60_000);

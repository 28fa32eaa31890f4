/* The application in a small process, and an account that has far more than fits into its memory. */
import { join } from "node:path";
import { readEnvironment } from "latchkey/environment";
import { createTestAuth, type TestAuth } from "latchkey/testing";
import { authOptions, createApplication, userOptions } from "../app/application.ts";
import { silentLogger } from "../app/logging.ts";
import { createHttpServer } from "../app/server.ts";
import { systemClock } from "../src/platform/time/index.ts";
import { answerParent } from "./child.ts";

const EVENTS = 50_000;
const POSTS = 5000;
/** As long as a post may be. */
const CHARACTERS = 20_000;

const environment = readEnvironment({
  DATABASE_URL: `sqlite:${join(process.env.BENCH_FOLDER as string, "app.db")}`,
});
const t: TestAuth = createTestAuth({
  ...authOptions(environment),
  user: userOptions(() => t.auth.database),
  clock: systemClock,
  throttle: { downloadsPerAccount: 1_000_000 },
});
const { auth, as } = t;
const { app } = await createApplication(environment, { auth, log: silentLogger });
const browser = await as("anna@example.org");
const { user } = await auth.for(new Request(environment.origin, { headers: { cookie: browser.cookie } }));

const numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $3)";
const id = "printf('01900000-0000-7000-8000-%012x', i)";
await auth.database.run(
  `${numbers} INSERT INTO audit (id, time, event, actor, subject, address, user_agent, detail, seal)
   SELECT ${id}, $2, 'authn_login_success', $1, $1, '203.0.113.1', 'Mozilla/5.0 (X11; Linux) Firefox/130.0',
     '{"method":"password","known_device":false}', 0 FROM n`,
  user?.id ?? "",
  Date.now(),
  EVENTS,
);
await auth.database.run(
  `${numbers} INSERT INTO posts (id, author_id, title, content, created_at, updated_at)
   SELECT ${id}, $1, 'Post ' || i, replace(hex(zeroblob($4)), '00', '😀'), $2, $2 FROM n`,
  user?.id ?? "",
  Date.now(),
  POSTS,
  CHARACTERS,
);

const server = createHttpServer({ log: silentLogger, https: false });
const port = await server.listen(0, "127.0.0.1");
server.answerWith(app.fetch);

/** The CPU of this thread in each turn of the event loop, in milliseconds. Other work on the machine adds none. */
const turns: number[] = [];
let isWatching = false;
function watch(before = process.threadCpuUsage()): void {
  const now = process.threadCpuUsage();
  turns.push((now.user + now.system - before.user - before.system) / 1000);
  if (isWatching) setImmediate(watch, now);
}

answerParent(({ watching }: { watching: boolean }) => {
  isWatching = watching;
  if (watching) watch();
  const longestTurnMs = Math.max(...turns.splice(0));
  return { megabytes: process.resourceUsage().maxRSS / 1024, longestTurnMs };
});
process.send?.({ port, cookie: browser.cookie });
process.once("SIGTERM", () => process.exit(0));

import type { Auth } from "./auth-object.ts";
import { authRoute, authSettings } from "./auth-settings.ts";
import type { Core, Logger } from "./core/core.ts";
import { cleanUp } from "./core/feature/index.ts";
import { scriptContext } from "./core/operations/index.ts";
import { hashBackend } from "./core/passwords/index.ts";
import type { FieldSchema } from "./core/users/index.ts";
import { features } from "./features.ts";
import { createFunctions } from "./functions.ts";
import { createHandling } from "./handling.ts";
import { type InternalOptions, openCore } from "./open-core.ts";
import type { AuthOptions } from "./options.ts";
import { migrate } from "./platform/database/index.ts";

/** Warns if the fast module for argon2 can't be loaded: sign-ins then cost three times as much. */
async function reportHashBackend(log: Logger): Promise<void> {
  if ((await hashBackend()) === "node:crypto") {
    log.warn(
      {},
      "@node-rs/argon2 can't be loaded here; passwords are hashed by node:crypto, three times slower",
    );
  }
}

async function migrateAll({ db, features: { migrations }, clock }: Core): Promise<void> {
  for (const { scope, migrations: steps } of migrations) await migrate(db, scope, [...steps], clock);
}

/** Registers the handlers of work off the request's path. */
function registerJobs(core: Core): void {
  for (const [kind, job] of Object.entries(core.features.jobs)) {
    core.outbox.onJob(
      kind,
      "outside" in job ? { outside: (each) => job.outside(core, each) } : (tx, each) => job(core, tx, each),
    );
  }
}

const cores = new WeakMap<object, Core>();

/** The core behind an auth object: for `latchkey/testing`, the command line and the tests of the library. */
export function coreOf({ adapter }: Pick<Auth, "adapter">): Core {
  const core = cores.get(adapter);
  if (core === undefined) throw new TypeError("This isn't an auth object of this copy of the library.");
  return core;
}

/** Assembles the auth object. `coreOf` finds its core. */
export function assemble(
  options: AuthOptions<Record<string, FieldSchema>, Record<string, FieldSchema>>,
  internal: InternalOptions = {},
): Auth {
  const all = [...features, ...(options.plugins ?? [])];
  const { core, loadWords } = openCore(options, internal, all);
  const { db, settings, log } = core;
  registerJobs(core);
  const readying = loadWords()
    .then(() => migrateAll(core))
    .then(() => {
      core.outbox.start();
      core.sealer.start();
      void reportHashBackend(log);
    });
  // `ready()` reports it. Unhandled it would end the process first.
  readying.catch(() => undefined);

  function cleanUpOnSchedule(): void {
    readying
      .then(() => cleanUp(core))
      .catch((error: unknown) =>
        log.warn({ error: String(error) }, "the clean-up failed; the next one tries again"),
      );
  }
  const { cleanupIntervalMs } = settings;
  const cleaning =
    cleanupIntervalMs === null ? undefined : setInterval(cleanUpOnSchedule, cleanupIntervalMs).unref();

  const ready = () => readying;
  const adapter = createHandling(core, readying);
  const { account, operators } = createFunctions({ core, ready }, all);
  const after = async <Result>(work: () => Promise<Result> | Result): Promise<Result> => {
    await readying;
    return work();
  };
  const auth = {
    account,
    ...operators,
    adapter,
    ready,
    for: adapter.for,
    context: scriptContext,
    handle: adapter.handle,
    page: adapter.page,
    database: db,
    settings: authSettings(settings),
    routes: core.features.routes.map(authRoute),
    log,
    clock: core.clock,
    words: core.words,
    mailbox: () => after(() => core.outbox.kept()),
    deliverMail: () => after(() => core.outbox.deliver()),
    metrics: () => {
      const { running, waiting, overloaded: refused } = core.hashing.stats();
      return { sessions: { ...core.sessions.counters }, hashing: { running, waiting, refused } };
    },
    cleanUp: () => after(() => cleanUp(core)),
    async close() {
      clearInterval(cleaning);
      await readying.catch(() => undefined);
      await core.outbox.stop();
      await core.sessions.close();
      await core.sealer.stop();
      await db.close();
    },
  };
  cores.set(adapter, core);
  return auth as unknown as Auth;
}

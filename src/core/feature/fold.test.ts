import { expect, test } from "vitest";
import { features as library } from "../../features.ts";
import { html } from "../../platform/html/index.ts";
import { type AnyOperation, everyone, operation } from "../operations/index.ts";
import { type Route, route } from "../requests/index.ts";
import type { Settings } from "../settings.ts";
import { type FeatureDeclaration, feature } from "./feature.ts";
import { foldFeatures } from "./fold.ts";
import { checkPlugins } from "./plugin-rules.ts";

const settings = {} as Settings;

/** A declaration whose names the types don't know. */
const made = (name: string, declaration: object = {}) => feature(name, declaration as FeatureDeclaration);

const page = (path: string, method: "GET" | "POST" = "GET"): Route =>
  route({
    method,
    path,
    summary: "A page",
    access: everyone,
    handle: () => ({ html: { page: { title: "A page", body: html`` } }, json: { status: 200 } }),
  });

const nothing: AnyOperation = operation({ summary: "Nothing", access: everyone, run: async () => ({}) });
const stage = (name: string, more: object = {}) => ({ name, path: "/step", code: "acme/step", ...more });
const prover = (name: string, field: string) => ({ name, field });
const english = (texts: object) => ({ words: { english: texts } });
const one = { id: 1, name: "one", sql: "CREATE TABLE a (b)" };

test.each<[string, string, object, object?]>([
  ["event", "happened", { events: { happened: { means: "It happened." } } }],
  [
    "listener name",
    "done",
    { events: { one: { means: "One.", hook: "done" } } },
    { events: { two: { means: "Two.", hook: "done" } } },
  ],
  ["key", "seal", { keys: ["seal"] }],
  ["single-use secret", "invite", { secrets: { invite: {} } }],
  ["job", "send", { jobs: { send: async () => undefined } }],
  ["schema", "Thing", { schemas: { Thing: () => ({}) } }],
  ["function", "rename", { operations: { rename: nothing } }],
  ["operators' function", "users.rename", { operators: { users: { rename: nothing } } }],
  ["stage", "terms", { stages: [stage("terms")] }],
  ["prover", "password", { provers: [prover("password", "a")] }, { provers: [prover("password", "b")] }],
  ["field of evidence", "code", { provers: [prover("a", "code")] }, { provers: [prover("b", "code")] }],
  ["part of the export", "notes", { exportAccount: { notes: async () => [] } }],
  ["text", "events.done", english({ events: { done: "Done." } })],
  ["route", "GET /things/:", { routes: [page("/things/:id")] }, { routes: [page("/things/:name")] }],
])("two features can't declare the same %s", (what, name, declaration, other = declaration) => {
  expect(() => foldFeatures([made("acme", declaration), made("bravo", other)], settings)).toThrow(
    `The features acme and bravo both declare the ${what} "${name}": rename one of them.`,
  );
});

test("events of one feature may share the name of their listeners", () => {
  const events = { one: { means: "One.", hook: "done" }, two: { means: "Two.", hook: "done" } };
  expect([...foldFeatures([made("acme", { events })], settings).events.keys()]).toEqual(["one", "two"]);
});

test("two features can't have names that are the same in tables or texts", () => {
  expect(() => foldFeatures([made("acme"), made("acme")], settings)).toThrow('Two features are named "acme"');
  const [dash, none] = [made("acme-1", english({})), made("acme1", english({}))];
  expect(() => foldFeatures([dash, none], settings)).toThrow(
    'acme-1 and acme1 both declare the name of words "acme1"',
  );
  const scopes = [made("core", { migrations: [one] }), made("latchkey", { migrations: [one] })];
  expect(() => foldFeatures(scopes, settings)).toThrow("the scope of migrations");
});

test("a refusal has one status, whichever feature declares it", () => {
  const first = made("acme", { refusals: { "acme/full": 409 } });
  const second = made("bravo", { refusals: { "acme/full": 410 } });
  expect(() => foldFeatures([first, second], settings)).toThrow(
    'bravo declares the refusal "acme/full" with the status 410, and acme with 409: rename one.',
  );
  expect(() => foldFeatures([made("acme", { refusals: { not_found: 410 } })], settings)).toThrow(
    "with the status 410, and the library with 404",
  );
});

test("a feature can't declare a stage twice", () => {
  const twice = made("acme", { stages: [stage("terms"), stage("terms")] });
  expect(() => foldFeatures([twice], settings)).toThrow('The feature acme declares the stage "terms" twice.');
});

test("the name of a switched-off feature is taken too", () => {
  const off = made("acme", { enabled: () => false, operations: { rename: nothing } });
  const other = made("bravo", { operations: { rename: nothing } });
  expect(() => foldFeatures([off, other], settings)).toThrow('the function "rename"');
});

test.each<[string, object, string]>([
  ["an event", { events: { accepted: { means: "." } } }, 'the event "accepted" must begin with "acme/"'],
  ["a secret", { secrets: { invite: {} } }, 'the single-use secret "invite" must begin with "acme/"'],
  ["a key", { keys: ["acmeseal"] }, 'the key "acmeseal" must begin with "acme/"'],
  ["a job", { jobs: { send: async () => undefined } }, 'the job "send" must begin with "acme/"'],
  ["a refusal", { refusals: { teapot: 418 } }, 'the refusal "teapot" must begin with "acme/"'],
  ["a text", english({ events: { made_up: "." } }), 'the text "made_up" must begin with "acme/"'],
  ["a part of the export", { exportAccount: { user: async () => ({}) } }, 'the part of the export "user"'],
  ["a schema", { schemas: { User: () => ({}) } }, 'the schema "User" is the library\'s'],
  ["a group of functions", { operators: { adapter: { rename: nothing } } }, 'and not to "adapter"'],
])("%s of a plugin begins with the plugin's name", (_, declaration, problem) => {
  expect(() => checkPlugins(library, [made("acme", declaration)])).toThrow(`The plugin acme can't be used: `);
  expect(() => checkPlugins(library, [made("acme", declaration)])).toThrow(problem);
});

test("a plugin can't have the name of a group of texts, or an invalid name", () => {
  expect(() => checkPlugins(library, [made("errors", english({}))])).toThrow("a group of texts");
  expect(() => checkPlugins(library, [{ name: "Acme/../" }])).toThrow("its name isn't a valid name");
});

test("a plugin's stage has its own page and refusal", () => {
  const terms = stage("terms");
  const refusals = { "acme/step": 401 };
  expect(() => checkPlugins([], [made("acme", { stages: [terms] })])).toThrow(
    'declare the refusal "acme/step"',
  );
  const half = made("acme", { stages: [terms], refusals, routes: [page("/step")] });
  expect(() => checkPlugins([], [half])).toThrow("leads to /step, for which it has no POST route");
  const routes = [page("/step"), page("/step", "POST")];
  const words = english({ errors: { "acme/step": {} } });
  const whole = made("acme", { ...words, stages: [terms], refusals, routes });
  expect(() => checkPlugins([], [whole])).not.toThrow();
});

const words = english({ errors: { "acme/full": {} }, events: { "acme/accepted": "." } });

test.each<[string, object, string]>([
  [
    "a refusal that would be a success",
    { ...words, refusals: { "acme/full": 200 } },
    'the status of the refusal "acme/full" must be from 400 to 599, not 200',
  ],
  [
    "a refusal without words",
    { refusals: { "acme/full": 409 } },
    'its English words lack "errors.acme/full"',
  ],
  [
    "an event without words",
    { events: { "acme/accepted": { means: "." } } },
    'its English words lack "events.acme/accepted"',
  ],
  [
    "an event without a name for its listeners",
    { ...words, events: { "acme/accepted": { means: "." } } },
    'the event "acme/accepted" must name its listeners as "hook", or null',
  ],
  [
    "a recorded refusal whose listeners run at once",
    {
      ...words,
      events: { "acme/accepted": { means: ".", hook: "accepted" } },
      recordedRefusals: { "acme/full": "acme/accepted" },
    },
    'the event "acme/accepted" records a refusal, so it must have a "hook" and be "deferred"',
  ],
  [
    "migrations that don't begin at 1",
    { migrations: [{ id: 2, name: "places", sql: "CREATE TABLE acme_places (id TEXT) STRICT" }] },
    'its migration "places" has the id 2 instead of 1',
  ],
  [
    "a link to a page that it lacks",
    { links: { account: [{ path: "/acme", label: () => "Acme", section: "data" }] } },
    "it links to /acme, for which it has no GET route",
  ],
])("a plugin can't have %s", (_, declaration, problem) => {
  expect(() => checkPlugins(library, [made("acme", declaration)])).toThrow(problem);
});

test("a plugin with all its parts is taken", () => {
  const declaration = {
    ...words,
    refusals: { "acme/full": 409 },
    events: { "acme/accepted": { means: ".", hook: "accepted", deferred: true } },
    recordedRefusals: { "acme/full": "acme/accepted" },
    migrations: [{ id: 1, name: "places", sql: "CREATE TABLE acme_places (id TEXT) STRICT" }],
    links: { account: [{ path: "/acme", label: () => "Acme", section: "data" as const }] },
    routes: [page("/acme")],
  };
  expect(() => checkPlugins(library, [made("acme", declaration)])).not.toThrow();
});

test.each([
  ["/login", "its path /login is taken by login (/login)"],
  ["/login/mail", "is taken by mail-login (/login/mail)"],
  ["/account/:page", "is taken by account (/account/password)"],
  ["/account/sessions/all/end", "is taken by account-sessions (/account/sessions/:id/end)"],
  ["/assets/acme.css", "the path /assets/acme.css is reserved"],
  ["/.well-known/acme", "the path /.well-known/acme is reserved"],
  ["/:x/.*", "must consist of lower-case names and :variables"],
  ["/acme/", "must consist of lower-case names and :variables"],
])("a plugin can't have the path %s", (path, problem) => {
  const check = () => checkPlugins(library, [made("acme", { routes: [page(path, "POST")] })]);
  expect(check).toThrow(problem);
});

test("plugins can't take each other's paths", () => {
  const [acme, bravo] = [
    made("acme", { routes: [page("/shop/:item")] }),
    made("bravo", { routes: [page("/shop/cart", "POST")] }),
  ];
  expect(() => checkPlugins(library, [acme, bravo])).toThrow(
    "The plugin acme can't be used: its path /shop/:item is taken by bravo (/shop/cart).",
  );
});

const migrated = (name: string, sql: string) => made(name, { migrations: [{ id: 1, name: "one", sql }] });

test.each([
  "DROP TABLE users;",
  "CREATE TABLE notes (id TEXT)",
  "CREATE TABLE pending_acme_notes (id TEXT)",
  'CREATE TABLE "acme_notes" (id TEXT)',
  "CREATE TABLE main.acme_notes (id TEXT)",
  "CREATE INDEX acme_by_email ON users (email)",
  "CREATE INDEX users_by_acme ON acme_notes (id)",
  "ALTER TABLE users ADD COLUMN acme_note TEXT",
  "ALTER TABLE acme_notes RENAME TO users_2",
  "CREATE TRIGGER acme_t AFTER INSERT ON users BEGIN\n  DELETE FROM sessions;\nEND",
  "CREATE VIEW acme_v AS SELECT * FROM users",
  "WITH x AS (SELECT 1) UPDATE users SET roles = 'admin'",
  "UPDATE users SET status = 'active'",
  "INSERT INTO user_roles SELECT 1",
  "DELETE FROM events -- acme_notes",
  "CREATE TABLE acme_notes (id TEXT); DROP TABLE users;",
  "/* acme_ */ DROP /* acme_notes */ TABLE users",
  "PRAGMA foreign_keys = OFF",
])("a plugin's migration can't run: %s", (sql) => {
  expect(() => checkPlugins(library, [migrated("acme", sql)])).toThrow(
    /^Migration 1 \("one"\) of the plugin acme may only create, alter, drop and fill tables .* begin with "acme_"/,
  );
});

test("a plugin's migration makes, changes and fills its own tables and indexes", () => {
  const sql = `
CREATE TABLE IF NOT EXISTS acme_terms_notes ( -- of an account; gone with it
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  note TEXT NOT NULL DEFAULT 'it''s; -- no comment'
) STRICT;

CREATE UNIQUE INDEX acme_terms_by_user ON acme_terms_notes(user_id);
ALTER TABLE acme_terms_notes ADD COLUMN at INTEGER;
INSERT OR IGNORE INTO acme_terms_notes (user_id, note) SELECT id, '' FROM users;
UPDATE acme_terms_notes SET at = 0;
DELETE FROM acme_terms_notes WHERE at IS NULL;
ALTER TABLE acme_terms_notes RENAME TO acme_terms_old;
DROP INDEX IF EXISTS acme_terms_by_user;
DROP TABLE acme_terms_old;
`;
  expect(() => checkPlugins(library, [migrated("acme-terms", sql)])).not.toThrow();
});

test("a plugin can't reach tables of another feature whose name begins with its own", () => {
  const sql = "CREATE TABLE acme_terms_notes (id TEXT)";
  const longer = made("acme-terms");
  expect(() => checkPlugins(library, [migrated("acme", sql), longer])).toThrow("may only create");
  expect(() => checkPlugins(library, [migrated("pending", "DROP TABLE pending_logins")])).toThrow(
    "may only create",
  );
});

test("the library's own features claim no name twice", () => {
  expect(() =>
    foldFeatures(
      library.map((each) => ({ ...each, enabled: () => true })),
      settings,
    ),
  ).not.toThrow();
});

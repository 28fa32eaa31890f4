import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Auth, unwrap } from "latchkey";
import { afterEach, expect, test, vi } from "vitest";
import { openAuth as withCountries } from "../../examples/hooks/countries.ts";
import { openAuth as withCrm } from "../../examples/hooks/crm.ts";
import { Sockets, openAuth as withSockets } from "../../examples/hooks/sockets.ts";
import { openAuth as withWorkspaces } from "../../examples/hooks/workspace.ts";
import { namesAtOnce, namesDeferred } from "./support/listening.ts";

/* Runs the examples of docs/hooks.md unchanged. */

const place = { origin: "http://localhost:3000", database: "sqlite::memory:" };
const email = "anna@example.org";
const password = "a lantern over the harbour";

let auth: Auth | undefined;
let server: Server | undefined;

afterEach(async () => {
  await auth?.close();
  server?.close();
  auth = server = undefined;
});

test("an account begins with a workspace, which is deleted with it", async () => {
  auth = await withWorkspaces(place);
  const { user } = await unwrap(auth.users.create({ email, username: "anna", password }));
  const workspaces = "SELECT owner_id, name FROM workspaces";
  expect(await auth.database.all(workspaces)).toEqual([{ owner_id: user.id, name: "anna workspace" }]);
  await auth.database.run("DELETE FROM users WHERE id = $1", user.id);
  expect(await auth.database.all(workspaces)).toEqual([]);
});

test("a blocked country can neither register nor sign in", async () => {
  const countryOf = async (address: string) => (address === "192.0.2.1" ? "XX" : null);
  auth = withCountries(place, countryOf, new Set(["XX"]));
  await unwrap(auth.users.create({ email, password }));
  const there = auth.context({ address: "192.0.2.1" });
  const here = auth.context({ address: "192.0.2.2" });
  const refused = { ok: false, code: "refused", sentence: "We don't serve your country yet." };
  expect(await auth.account.login({ login: email, password }, there)).toEqual(refused);
  expect(await auth.account.register({ email: "ben@example.org", password }, there)).toEqual(refused);
  expect(await auth.account.login({ login: email, password }, here)).toMatchObject({ ok: true });
});

test("a CRM gets an account again until it has answered", async () => {
  const heard: string[] = [];
  server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => response.writeHead(heard.length === 1 ? 503 : 204).end());
  });
  await new Promise<void>((listening) => server?.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  auth = withCrm(place, `http://127.0.0.1:${port}`);
  const { user } = await unwrap(auth.users.create({ email, password }));
  await auth.deliverMail();
  expect(heard).toEqual([`PUT /contacts/${user.id}`]);
  vi.spyOn(auth.clock, "now").mockReturnValue(Date.now() + 60_000);
  await auth.deliverMail();
  vi.restoreAllMocks();
  expect(heard).toEqual([`PUT /contacts/${user.id}`, `PUT /contacts/${user.id}`]);
});

test("an ended session closes its sockets", async () => {
  const sockets = new Sockets();
  auth = withSockets(place, sockets);
  const { user } = await unwrap(auth.users.create({ email, password }));
  await unwrap(auth.account.login({ login: email, password }, auth.context({ address: "192.0.2.2" })));
  const closed: number[] = [];
  sockets.add(user.id, { close: (code) => void closed.push(code) });
  sockets.add("another account", { close: () => void closed.push(0) });
  await unwrap(auth.users.endSessions({ userId: user.id }));
  await auth.deliverMail();
  expect(closed).toEqual([4401]);
});

test.each(["workspace", "countries", "crm", "sockets"])(
  "docs/hooks.md quotes examples/hooks/%s.ts",
  (name) => {
    const example = readFileSync(`examples/hooks/${name}.ts`, "utf8").trim();
    expect(readFileSync("docs/hooks.md", "utf8")).toContain(`\`\`\`ts\n${example}\n\`\`\``);
  },
);

test("docs/hooks.md names the listeners of every event, with those of refusals in a separate table", () => {
  const doc = readFileSync("docs/hooks.md", "utf8");
  const namesIn = (part: string) => [...part.matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name as string);
  const [, events = "", refusals = ""] = doc.split(/^##+ (?:The events|Refusals)$/m);
  expect(namesIn(events).toSorted()).toEqual(namesAtOnce.toSorted());
  expect(namesIn(refusals).toSorted()).toEqual(namesDeferred.toSorted());
});

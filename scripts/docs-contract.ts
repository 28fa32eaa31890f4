import { readFileSync } from "node:fs";
import { join } from "node:path";
import { guardWords, inputFields, refusalCodes, successes } from "../src/features/openapi/index.ts";
import { createAuth, type Route } from "../src/index.ts";
import { ROOT } from "./run-tool.ts";

/** What every POST, and every route at all, may answer; the head of the page says so once. */
const everywhere = new Set([
  ...["csrf_failed", "malformed_body", "body_too_large", "unsupported_media_type"],
  ...["unavailable", "internal_error", "login_required"],
]);

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(" ");

function fieldsOf(route: Route): string {
  const fields = inputFields(route).map(({ name, required }) => (required ? name : `${name}?`));
  const query = (route.query ?? []).map((name) => `?${name}`);
  const own = route.takesUserFields ? " + the application's own" : "";
  return codes([...fields, ...query]) + own;
}

function answersOf(route: Route): string {
  return successes(route)
    .map(({ status, body }) => [status, ...Object.keys(body ?? {}).map((name) => `\`${name}\``)].join(" "))
    .join(" or ");
}

function row(route: Route, freshness: Parameters<typeof guardWords>[1]): string {
  const refusals = refusalCodes(route)
    .map(({ code }) => code)
    .filter((code) => !everywhere.has(code) || route.refusals?.includes(code) === true);
  const cells = [
    `${route.method} \`${route.path}\``,
    route.summary,
    guardWords(route, freshness),
    fieldsOf(route),
    answersOf(route),
    codes(refusals),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** docs/http-contract.md: conventions written by hand around the table of the declared routes. */
export async function contractPage(): Promise<string> {
  const auth = createAuth({
    login: { mail: true },
    origin: "http://localhost:3000",
    database: "sqlite::memory:",
  });
  const rows = auth.routes.map((route) => row(route, auth.settings.freshness));
  await auth.close();
  const table = [
    "| method and path | what it does | who | fields | JSON answer | refusals of its own |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  const text = readFileSync(join(ROOT, "scripts", "docs-contract.text.md"), "utf8");
  if (!text.includes("<!-- routes -->"))
    throw new Error("docs-contract.text.md has no place for the routes.");
  return text.replace("<!-- routes -->", () => table);
}

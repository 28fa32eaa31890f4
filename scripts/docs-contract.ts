import { readFileSync } from "node:fs";
import { join } from "node:path";
import { coreOf } from "../src/assemble.ts";
import { guardWords, inputFields, type Route, refusalCodes, successes } from "../src/core/requests/index.ts";
import { features } from "../src/features.ts";
import { createAuth } from "../src/index.ts";
import { ROOT } from "./run-tool.ts";

/** Refusals of every POST and of every route. The head of the page lists them once. */
const everywhere = new Set([
  ...["csrf_failed", "malformed_body", "body_too_large", "unsupported_media_type"],
  ...["unavailable", "internal_error", "login_required"],
]);

const provers = features.flatMap((feature) => feature.provers ?? []);

const codes = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(" ");

function fieldsOf(route: Route): string {
  const fields = inputFields(route, {}, provers).map(({ name, required }) => (required ? name : `${name}?`));
  const query = (route.query ?? []).map((name) => `?${name}`);
  const own = route.takesUserFields ? " + the application's own" : "";
  return codes([...fields, ...query]) + own;
}

function answersOf(route: Route): string {
  return successes(route)
    .map(({ status, body }) => [status, ...Object.keys(body ?? {}).map((name) => `\`${name}\``)].join(" "))
    .join(" or ");
}

/** One method of a path: what it does, takes and answers. Empty lines are left out. */
function methodLines(route: Route, freshness: Parameters<typeof guardWords>[1]): string[] {
  const refusals = refusalCodes(route)
    .map(({ code }) => code)
    .filter((code) => !everywhere.has(code) || route.refusals?.includes(code) === true);
  const facts = [
    ["Access", guardWords(route, freshness)],
    ["Fields", fieldsOf(route)],
    ["JSON answer", answersOf(route)],
    ["Refusals", codes(refusals)],
  ];
  return [
    `- **${route.method}**: ${route.summary}`,
    ...facts.filter(([, text]) => text !== "").map(([name, text]) => `  - ${name}: ${text}`),
  ];
}

/** A section for each path, in the order of declaration. */
function sections(routes: readonly Route[], freshness: Parameters<typeof guardWords>[1]): string {
  return [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, methods]) => {
      const lines = methods.flatMap((route) => methodLines(route, freshness));
      return [`### \`${path}\``, "", ...lines].join("\n");
    })
    .join("\n\n");
}

/** docs/http-contract.md: handwritten conventions around the declared routes. */
export async function contractPage(): Promise<string> {
  const auth = createAuth({
    login: { mail: true },
    origin: "http://localhost:3000",
    database: "sqlite::memory:",
  });
  const { features, settings } = coreOf(auth);
  const routes = sections(features.routes, settings.freshness);
  await auth.close();
  const text = readFileSync(join(ROOT, "scripts", "docs-contract.text.md"), "utf8");
  if (!text.includes("<!-- routes -->"))
    throw new Error("docs-contract.text.md has no place for the routes.");
  return text.replace("<!-- routes -->", () => routes);
}

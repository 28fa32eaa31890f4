import { readEnvironment } from "../adapters/environment.ts";
import { type CommandContext, type CommandResult, UsageError } from "./command.ts";
import { type Explanation, explanationOf } from "./explanation.ts";
import { commandVariables, openAuth } from "./open-auth.ts";
import { columns, table } from "./text.ts";

/** `perAccount` and `base_path` become `per account` and `base path`. */
function words(name: string): string {
  return name.replace(/_/g, " ").replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value !== "object" || value === null) return value === "" ? "-" : String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${words(name)} ${shown(inner)}`)
    .join(", ");
}

function group(values: Readonly<Record<string, unknown>>): string {
  return columns(Object.entries(values).map(([name, value]) => [words(name), shown(value)]));
}

/** The explanation for people. */
export function explanationText(explanation: Explanation): string {
  const { routes, cookies, headers, ...groups } = explanation;
  const routeRows = routes.map(({ method, path, guard, csrf, fields, summary }) => [
    method,
    path,
    guard,
    csrf,
    fields.join(" ") || "-",
    summary,
  ]);
  const sections: [string, string][] = [
    ["Configuration", group(groups.configuration)],
    [
      "Routes (a field that may be missing ends in ?)",
      table(["METHOD", "PATH", "WHO", "CSRF", "FIELDS", "WHAT"], routeRows),
    ],
    [
      "Cookies",
      table(
        ["NAME", "ATTRIBUTES", "WHAT FOR"],
        cookies.map(({ name, attributes, purpose }) => [name, attributes, purpose]),
      ),
    ],
    ["Sessions", group(groups.sessions)],
    ["A sensitive act needs a login this fresh", group(groups.fresh_login)],
    ["Lifetimes of links, devices and what waits", group(groups.lifetimes)],
    ["Passwords", group(groups.password)],
    ["Limits", group({ ...groups.throttle, body_limit_bytes: groups.body_limit_bytes })],
    ["Roles and what they grant", group(groups.roles)],
    ["Headers of pages", columns(Object.entries(headers.pages))],
    ["Headers of JSON answers", columns(Object.entries(headers.json))],
  ];
  return sections.map(([title, body]) => `${title}\n${body}`).join("\n\n");
}

/** `explain`: the effective configuration. Opens no database. */
export async function explain(context: CommandContext): Promise<CommandResult> {
  if (context.flag("calibrate"))
    return (await import("./explain-calibration.ts")).explainCalibration(context);
  if (context.value("target-ms") !== undefined) throw new UsageError("--target-ms belongs to --calibrate.");
  const { variables } = context;
  const { database } = readEnvironment(commandVariables(variables, { origin: true }));
  const auth = await openAuth(variables, { origin: true, database: "sqlite::memory:" });
  try {
    const explanation = explanationOf(auth, database);
    return { text: explanationText(explanation), json: explanation };
  } finally {
    await auth.close();
  }
}

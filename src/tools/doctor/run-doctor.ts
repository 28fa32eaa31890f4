import { openSqlite } from "../../platform/database/index.ts";
import { isLoopback } from "../../platform/http/index.ts";
import { siteUrl } from "../site/address.ts";
import { isAnswer } from "../site/exchange.ts";
import { configurationChecks } from "./configuration.ts";
import { databaseChecks } from "./database.ts";
import { type DatabaseFacts, inspectDatabase, isCurrent } from "./database-facts.ts";
import { examine, type Finding, note } from "./finding.ts";
import { inspectSite, type SeenAddress } from "./inspect-site.ts";
import { behaviourChecks } from "./live-behaviour.ts";
import { connectionChecks } from "./live-connection.ts";
import { cookieChecks } from "./live-cookies.ts";
import type { LiveFacts } from "./live-facts.ts";
import { headerChecks } from "./live-headers.ts";
import { proxyChecks } from "./live-proxy.ts";
import { inspectMachine, machineChecks } from "./machine.ts";
import { inspectMail, mailChecks } from "./mail.ts";
import { addressOfRequest } from "./queries.ts";
import { isUnknown, readSetup, type Setup, type Variables } from "./setup.ts";
import { timingChecks } from "./timing.ts";

/** Whether this environment belongs to the site; null if that is unknown. All loopback names count as the same site. */
function isSiteOf(setup: Setup, base: URL): boolean | null {
  if (isLoopback(base.hostname)) return true;
  if (isUnknown(setup, "ORIGIN")) return null;
  return new URL(setup.environment.origin).origin === base.origin;
}

function hasCurrentSchema({ state }: DatabaseFacts): boolean {
  return state !== null && "schema" in state && isCurrent(state.schema);
}

/** The site's setting; null if this environment doesn't know it. */
function trustedProxiesOf(setup: Setup, base: URL): number | null {
  if (!isSiteOf(setup, base) || isUnknown(setup, "TRUSTED_PROXIES")) return null;
  return setup.environment.trustedProxies;
}

async function examineLive(live: LiveFacts, setup: Setup): Promise<Finding[]> {
  const connection = await examine("connection", connectionChecks, live);
  if (!isAnswer(live.pages["/"])) return connection;
  const trustedProxies = trustedProxiesOf(setup, live.base);
  return [
    ...connection,
    ...(await examine("headers", headerChecks, live)),
    ...(await examine("cookies", cookieChecks, live)),
    ...(await examine("behaviour", behaviourChecks, live)),
    ...(await examine("proxies", proxyChecks, { live, trustedProxies })),
    ...(await examine("timing", timingChecks, live)),
  ];
}

/** Asks the site. Reads its database too if this environment belongs to it. */
async function diagnoseSite(
  base: URL,
  setup: Setup,
  database: DatabaseFacts | null,
  ca?: string,
): Promise<Finding[]> {
  const own = isSiteOf(setup, base);
  const elsewhere: Finding[] =
    own !== false
      ? []
      : [
          {
            group: "configuration",
            check: "same-site",
            ...note(
              `This environment is for ${setup.environment.origin}, not for ${base.origin}: findings about it may not hold for the site.`,
              "Run the doctor on the site's machine with its environment.",
            ),
          },
        ];
  const db = own && database !== null && hasCurrentSchema(database) ? openSqlite(database.place) : null;
  try {
    const seen: SeenAddress | null =
      db === null ? null : async (id) => (await addressOfRequest(db, id))?.address ?? null;
    return [...elsewhere, ...(await examineLive(await inspectSite(base, seen, ca), setup))];
  } finally {
    await db?.close();
  }
}

/** What the doctor checks. */
export interface DoctorOptions {
  /** The site's public address, with the path of the library. Without it no site is contacted. */
  url?: string | URL | undefined;
  /** The environment variables of the application. Default `process.env`. */
  variables?: Variables | undefined;
  /** Certificates (PEM) of authorities to trust instead of Node's own. */
  ca?: string | undefined;
}

/**
 * Checks the configuration, the machine, the database, the mail server and, with `url`, the live site from outside. It
 * changes nothing, never signs in and sends no mail.
 * @throws ToolError if `url` isn't the plain address of a site
 *
 * @example
 * const findings = await runDoctor({ url: "https://app.example.org" });
 * for (const { level, finding } of findings) if (level === "serious") console.error(finding);
 */
export async function runDoctor({
  url,
  variables = process.env,
  ca,
}: DoctorOptions = {}): Promise<Finding[]> {
  const base = url === undefined ? null : siteUrl(String(url));
  const setup = readSetup(variables);
  const now = Date.now();
  // The application would refuse the variable, so it wouldn't open its substitute.
  const database = isUnknown(setup, "DATABASE_URL") ? null : await inspectDatabase(setup, now);
  const mail = isUnknown(setup, "SMTP_URL") ? null : await inspectMail(setup, now, ca);
  return [
    ...(await examine("configuration", configurationChecks, setup)),
    ...(await examine("machine", machineChecks, await inspectMachine(setup.environment.passwordHash))),
    ...(database === null ? [] : await examine("database", databaseChecks, database)),
    ...(mail === null ? [] : await examine("mail", mailChecks, mail)),
    ...(base === null ? [] : await diagnoseSite(base, setup, database, ca)),
  ];
}

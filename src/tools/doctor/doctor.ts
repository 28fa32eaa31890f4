import type { CommandContext, CommandResult } from "../../cli/command.ts";
import { openSqlite } from "../../platform/database/index.ts";
import { isLoopback, siteUrl } from "../site/address.ts";
import { configurationChecks } from "./configuration.ts";
import { databaseChecks } from "./database.ts";
import { type DatabaseFacts, inspectDatabase } from "./database-facts.ts";
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
import { reportText } from "./report.ts";
import { isUnknown, readSetup, type Setup } from "./setup.ts";
import { timingChecks } from "./timing.ts";
import { isAnswer } from "./visitor.ts";

/**
 * Whether this environment is the one of the site; null where it doesn't say. Loopback names of one port are the same
 * site.
 */
function isSiteOf(setup: Setup, base: URL): boolean | null {
  if (isLoopback(base.hostname)) return true;
  if (isUnknown(setup, "ORIGIN")) return null;
  return new URL(setup.environment.origin).origin === base.origin;
}

function isCurrent({ state }: DatabaseFacts): boolean {
  return (
    state !== null && "schema" in state && "missing" in state.schema && state.schema.missing.length === 0
  );
}

/** The setting that the site runs with, where this environment knows it. */
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

/** Asks the site, with its database at hand where this environment is its own. */
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
              `This environment is for ${setup.environment.origin}, not for ${base.origin}: what it says needn't hold for the site.`,
              "Run the doctor with the site's environment, where the site runs.",
            ),
          },
        ];
  const db = own && database !== null && isCurrent(database) ? openSqlite(database.place) : null;
  try {
    const seen: SeenAddress | null =
      db === null ? null : async (id) => (await addressOfRequest(db, id))?.address ?? null;
    return [...elsewhere, ...(await examineLive(await inspectSite(base, seen, ca), setup))];
  } finally {
    await db?.close();
  }
}

export interface Authorities {
  /** Certificates of authorities in place of Node's own, for tests. */
  ca?: string;
}

/** Everything that is found. Nothing is changed, nobody signs in, no mail is sent. */
export async function diagnose(
  variables: CommandContext["variables"],
  base: URL | null,
  { ca }: Authorities = {},
): Promise<Finding[]> {
  const setup = readSetup(variables);
  const now = Date.now();
  // What stands in for a refused variable isn't what the application would open.
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

/** `doctor` and `doctor URL`: exit code 1 where something is serious. */
export async function doctor({ parameters, variables }: CommandContext): Promise<CommandResult> {
  const [address] = parameters;
  const findings = await diagnose(variables, address === undefined ? null : siteUrl(address));
  return {
    text: reportText(findings),
    json: findings,
    failed: findings.some(({ level }) => level === "serious"),
  };
}

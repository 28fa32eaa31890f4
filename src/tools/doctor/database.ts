import { HOUR } from "../../platform/time/index.ts";
import type { DatabaseFacts, FileFacts } from "./database-facts.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";

const MEGABYTE = 1024 * 1024;
const LITTLE_BYTES = 1024 * MEGABYTE;
const TOO_LITTLE_BYTES = 100 * MEGABYTE;
const OLD_MAIL_MS = HOUR;
const CLOCK_SLACK_MS = 60 * 1000;

const opened = ({ state }: DatabaseFacts) => (state !== null && !("refused" in state) ? state : null);

const reachable: Check<DatabaseFacts> = {
  name: "database",
  look({ place, exists, state, production }) {
    if (place === ":memory:") {
      const finding = "The database is in memory: every account is lost when the process ends.";
      const fix = "Set DATABASE_URL=sqlite:PATH.";
      return production ? serious(finding, fix) : note(finding, fix);
    }
    if (!exists) {
      return note(
        `No database exists at ${place} yet.`,
        "Start the application, which creates it, or correct DATABASE_URL.",
      );
    }
    if (state !== null && "refused" in state) {
      return serious(
        `The database can't be used: ${state.refused}`,
        "Follow that sentence, then run the doctor again.",
      );
    }
    return ok(`The database ${place} opens.`);
  },
};

const writable: Check<DatabaseFacts> = {
  name: "database-writable",
  look(facts) {
    const inside = opened(facts);
    if (inside === null) return [];
    if (inside.writeProblem === null) return ok("The database can be written.");
    return serious(
      `The database can't be written (${inside.writeProblem}), so no user can sign in.`,
      "Let this user write the file and its folder, and free some space on the disk.",
    );
  },
};

const schema: Check<DatabaseFacts> = {
  name: "schema",
  look(facts) {
    const inside = opened(facts);
    if (inside === null) return [];
    if ("refused" in inside.schema) {
      return serious(inside.schema.refused, "Run the version that created the schema, or restore a backup.");
    }
    const { missing } = inside.schema;
    if (missing.length === 0) return ok("The schema belongs to this version.");
    return serious(
      `The schema is older than this version: ${missing.join(", ")} missing.`,
      'Run "npx latchkey migrate", or start the application, which does the same.',
    );
  },
};

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(3, "0");

function folderVerdict({ path, mode }: FileFacts, ofItsOwn: boolean): Verdict | null {
  // A shared folder must stay open to its other users.
  const fix = ofItsOwn
    ? `chmod 700 ${path}.`
    : "Move the database to its own folder with mode 700, and set DATABASE_URL to it.";
  // In a sticky folder, such as /tmp, a user can't replace the files of another user.
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    return serious(`Every user of this machine can replace files in ${path} (mode ${octal(mode)}).`, fix);
  }
  if ((mode & 0o005) !== 0)
    return note(`Other users can list the folder ${path} (mode ${octal(mode)}).`, fix);
  return null;
}

function fileVerdict({ path, kind, mode }: FileFacts, folderOpen: boolean): Verdict | null {
  const private_ = `chmod 600 ${path}`;
  const what = kind === "key" ? "the secret key" : "the password hashes and addresses";
  if ((mode & 0o006) !== 0) {
    const finding = `Every user of this machine may read ${what} in ${path} (mode ${octal(mode)}).`;
    return folderOpen
      ? serious(finding, `${private_}.`)
      : note(`${finding} Only the folder protects the file.`, `${private_}.`);
  }
  if ((mode & 0o060) !== 0) {
    return note(
      `The group may read ${what} in ${path} (mode ${octal(mode)}).`,
      `${private_}, unless that is meant.`,
    );
  }
  return null;
}

const permissions: Check<DatabaseFacts> = {
  name: "file-permissions",
  look({ files, folderOfItsOwn }) {
    // Windows has no such bits.
    if (files.length === 0 || process.platform === "win32") return [];
    const folder = files.find(({ kind }) => kind === "folder");
    const folderOpen = folder === undefined || (folder.mode & 0o001) !== 0;
    const verdicts = files
      .map((file) =>
        file.kind === "folder" ? folderVerdict(file, folderOfItsOwn) : fileVerdict(file, folderOpen),
      )
      .filter((verdict) => verdict !== null);
    return verdicts.length > 0
      ? verdicts
      : ok("Only this user can read the database and the files beside it.");
  },
};

const keptKey: Check<DatabaseFacts> = {
  name: "kept-key",
  look({ keptKeyProblem, production }) {
    if (keptKeyProblem === null || production) return [];
    return serious(
      `The key that is kept beside the database can't be used: ${keptKeyProblem}.`,
      "Delete the file secret-key; the application creates a new one.",
    );
  },
};

const disk: Check<DatabaseFacts> = {
  name: "disk-space",
  look({ freeBytes }) {
    if (freeBytes === null) return [];
    const megabytes = `${Math.floor(freeBytes / MEGABYTE)} MiB`;
    const fix = "Free some space, or move the database to a bigger disk.";
    if (freeBytes < TOO_LITTLE_BYTES) {
      return serious(
        `Only ${megabytes} are free on the database's disk; when it is full, no user can sign in.`,
        fix,
      );
    }
    if (freeBytes < LITTLE_BYTES) return warning(`Only ${megabytes} are free on the database's disk.`, fix);
    return ok(`${megabytes} are free on the database's disk.`);
  },
};

const clock: Check<DatabaseFacts> = {
  name: "clock",
  look(facts) {
    const newest = opened(facts)?.newestEvent ?? null;
    if (newest === null) return [];
    const ahead = newest.time - facts.now;
    if (ahead <= CLOCK_SLACK_MS) return ok("The clock isn't behind the newest audit row.");
    return serious(
      `The newest audit row is ${Math.round(ahead / 1000)} seconds in the future: the clock went back, so expired sessions and links work again.`,
      "Set the clock, and synchronise it with NTP.",
    );
  },
};

const audit: Check<DatabaseFacts> = {
  name: "audit-chain",
  look(facts) {
    const inside = opened(facts);
    if (inside === null || inside.newestEvent === null) return [];
    const { auditFault } = inside;
    if (auditFault === null) return ok("The audit is unchanged.");
    if (auditFault === undefined) {
      return note("The audit is too long for this check.", 'Run "npx latchkey audit verify".');
    }
    return serious(
      auditFault,
      'Find out which users can write to the database, compare it with a backup, and run "npx latchkey audit verify".',
    );
  },
};

const outbox: Check<DatabaseFacts> = {
  name: "outbox",
  look(facts) {
    const counts = opened(facts)?.outbox ?? null;
    if (counts === null) return [];
    const { waiting, failed, oldest } = counts;
    const verdicts: Verdict[] = [];
    if (failed > 0) {
      verdicts.push(
        warning(
          `${failed} ${failed === 1 ? "mail was" : "mails were"} given up.`,
          'See why with "npx latchkey outbox list --state failed", then "npx latchkey outbox retry --all".',
        ),
      );
    }
    const age = oldest === null ? 0 : facts.now - oldest;
    if (age > OLD_MAIL_MS) {
      verdicts.push(
        warning(
          `${waiting} ${waiting === 1 ? "mail waits" : "mails wait"}, the oldest for ${Math.floor(age / HOUR)} hours.`,
          'See why with "npx latchkey outbox list", and check that the application runs.',
        ),
      );
    }
    return verdicts.length > 0
      ? verdicts
      : ok(waiting === 0 ? "No mail waits." : `Mail waits: ${waiting}, none of it for long.`);
  },
};

/** The database and its files. */
export const databaseChecks: readonly Check<DatabaseFacts>[] = [
  reachable,
  writable,
  schema,
  permissions,
  keptKey,
  disk,
  clock,
  audit,
  outbox,
];

import type { Command, CommandOption, CommandParameter } from "./command.ts";

const who: CommandParameter = { name: "WHO", summary: "an e-mail address, a username or an id" };

const role: CommandOption = {
  value: "ROLE",
  many: true,
  summary: "a role besides user; repeat it or separate several by commas",
};

const users = () => import("./users.ts");

/** Every command, in the order the help shows them. */
export const commands: readonly Command[] = [
  {
    name: "migrate",
    summary: "Brings the database up to date; safe to repeat",
    details: "Needs nothing but DATABASE_URL. The application does the same when it starts.",
    load: async () => (await import("./maintenance.ts")).migrateDatabase,
  },
  {
    name: "users list",
    summary: "Lists accounts, newest first",
    options: {
      query: { value: "TEXT", summary: "part of an address or username" },
      role: { value: "ROLE", summary: "only those with this role" },
      status: { value: "STATUS", summary: "only active or only disabled ones" },
      limit: { value: "NUMBER", summary: "how many at most, 1 to 200 (default 50)" },
      cursor: { value: "ID", summary: "go on after this id, the last one of the page before" },
    },
    load: async () => (await users()).listUsers,
  },
  {
    name: "users show",
    summary: "Shows one account",
    parameters: [who],
    load: async () => (await users()).showUser,
  },
  {
    name: "users create",
    summary: "Makes an account whose address counts as confirmed",
    details:
      "Without --password-stdin it prints a link for choosing a password, good for one use. There is no option for " +
      "the password itself: other programs on the machine can read a command line.",
    parameters: [{ name: "EMAIL", summary: "the address" }],
    options: {
      username: { value: "NAME", summary: "a username" },
      role,
      "password-stdin": { summary: "read the password from standard input" },
    },
    load: async () => (await users()).createUser,
  },
  {
    name: "users password-link",
    summary: "Prints a new link for choosing a password, for somebody who lost theirs",
    details:
      "The links made before die. The old password holds until the link is used, which ends all sessions.",
    parameters: [who],
    load: async () => (await users()).passwordLink,
  },
  {
    name: "users disable",
    summary: "Ends everything the account has and refuses it from now on",
    parameters: [who],
    load: async () => (await users()).disableUser,
  },
  {
    name: "users enable",
    summary: "Lets a disabled account log in again",
    parameters: [who],
    load: async () => (await users()).enableUser,
  },
  {
    name: "users unlock",
    summary: "Forgets failed attempts, so that a new device needn't wait",
    parameters: [who],
    load: async () => (await users()).unlockUser,
  },
  {
    name: "users set-role",
    summary: "Gives exactly these roles besides user, and takes all others away",
    details: 'ROLE is one or several, also separated by commas; "user" alone takes all others away.',
    parameters: [who, { name: "ROLE", many: true, summary: "a role, such as admin" }],
    load: async () => (await users()).setRole,
  },
  {
    name: "users require-password-change",
    summary: "Ends all sessions; the next login leads to choosing a new password and nowhere else",
    parameters: [who],
    load: async () => (await users()).requirePasswordChange,
  },
  {
    name: "sessions list",
    summary: "Lists an account's live sessions, newest first",
    parameters: [who],
    options: { all: { summary: "also those that are over, with the reason" } },
    load: async () => (await import("./sessions.ts")).printSessions,
  },
  {
    name: "sessions end",
    summary: "Ends all sessions of an account",
    parameters: [who],
    load: async () => (await import("./sessions.ts")).endSessions,
  },
  {
    name: "keys generate",
    summary: "Prints a new key of 256 random bits for SECRET_KEYS",
    details: "Put a new key in front of the old one; remove the old one when nothing made with it is left.",
    load: async () => (await import("./keys.ts")).generateKey,
  },
  {
    name: "explain",
    summary: "Shows what the present configuration yields: routes, cookies, lifetimes, limits, headers",
    details:
      "Opens no database. Every value comes from the code that answers requests. With --calibrate it measures argon2id on " +
      "this machine instead and proposes parameters, never below the default; run it where the application runs, while " +
      "the machine is idle.",
    options: {
      calibrate: { summary: "measure password hashing on this machine and propose parameters" },
      "target-ms": {
        value: "NUMBER",
        summary: "with --calibrate: milliseconds one hash may take (default 250)",
      },
    },
    load: async () => (await import("./explain.ts")).explain,
  },
  {
    name: "doctor",
    summary: "Checks the configuration and, with URL, the live site from outside; each finding names its fix",
    details:
      "Checks the keys, database, files, mail server, clock and hashing that the environment names, and changes nothing. " +
      "With URL it also sends at most 60 requests to that origin and no other, follows no redirect, signs in nowhere, " +
      "and uses only made-up addresses under example.invalid. The site audits what it refuses, and counts it for the " +
      "limits of this machine's address. Exit code 1 when a finding is serious. Shows no secret.",
    parameters: [
      {
        name: "URL",
        optional: true,
        summary: "the address visitors use, with the path where the library is mounted",
      },
    ],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "drill",
    summary: "Attacks your own staging, within bounds, and says what got through",
    details:
      "Says first what it does and how many requests it sends at most. guessing: wrong passwords for one account one by " +
      "one and at once, and over many accounts. enumeration: whether answers or times of the public forms show which " +
      "addresses have an account. replay: old cookies and CSRF tokens, which must not work. flood: more logins than the " +
      "machine can hash. Attacks only hosts on loopback, unless you say that the host is yours. Uses made-up addresses " +
      "under example.invalid, and your own account if you name one. Exit code 1 when something got through.",
    parameters: [
      { name: "NAME", summary: "guessing, enumeration, replay or flood" },
      { name: "URL", summary: "the address of the site, with the path where the library is mounted" },
    ],
    options: {
      "i-own-this-host": { summary: "attack a host that is not this machine" },
      login: { value: "WHO", summary: "the address or username of an account that may be tried" },
      "password-stdin": { summary: "read that account's password from standard input" },
      seconds: { value: "NUMBER", summary: "how long a flood lasts, 1 to 60 (default 10)" },
      samples: {
        value: "NUMBER",
        summary: "how many pairs of times enumeration compares, 1 to 1000 (default 200)",
      },
    },
    load: async () => (await import("./drill.ts")).drill,
  },
  {
    name: "outbox list",
    summary: "Lists mail that has not left, newest first: waiting, or given up",
    details:
      "Never what a mail says. Mail is tried again after 1, 5 and 30 minutes, 2, 6 and 12 hours, and then given up; what " +
      "the mail server refuses for good is given up at once. A kind that begins with job: is work that decides " +
      "whether a mail is sent.",
    options: {
      state: {
        value: "STATE",
        summary: "only waiting or only failed (given up) ones, or all with those sent in the last days",
      },
      limit: { value: "NUMBER", summary: "how many at most, 1 to 1000 (default 50)" },
    },
    load: async () => (await import("./outbox.ts")).listOutbox,
  },
  {
    name: "outbox retry",
    summary: "Makes mail that was given up due again",
    details: "Name one by its ID, or take --all. The application sends it within a minute.",
    parameters: [{ name: "ID", optional: true, summary: "its id, as outbox list shows it" }],
    options: { all: { summary: "everything that was given up" } },
    load: async () => (await import("./outbox.ts")).retryOutbox,
  },
  {
    name: "audit verify",
    summary: "Checks that no row of the audit was changed, removed, added or moved",
    details:
      "Seals what isn't sealed yet, checks every seal and row, and names the first row that is wrong, with exit code 1. It " +
      "prints a head, seal-NUMBER:HASH, which the log holds for each seal too. Keep it out of reach of the database's writers, " +
      "and give it with --head the next time. Only that shows that the newest rows were removed, or that seals were " +
      "rewritten. A head of version 0.1, SEQUENCE:HASH, is still good for the rows of that version. Network addresses and " +
      "user agents are shortened after 90 days and are not sealed.",
    options: {
      head: { value: "HEAD", summary: "a head that an earlier run printed, or that the log holds" },
    },
    load: async () => (await import("./audit.ts")).verifyAudit,
  },
  {
    name: "audit list",
    summary: "Lists security events, newest first",
    options: {
      actor: { value: "WHO", summary: 'only what they did; "operator" for the command line' },
      subject: { value: "WHO", summary: "only what concerns them" },
      event: { value: "NAME", summary: "only events of this name, such as authn_login_fail" },
      limit: { value: "NUMBER", summary: "how many at most, 1 to 1000 (default 50)" },
      cursor: { value: "ID", summary: "go on before this row, the last one of the page before" },
    },
    load: async () => (await import("./audit.ts")).listAudit,
  },
  {
    name: "cleanup",
    alias: "sweep",
    summary: "Deletes what has expired: sessions, tokens, counters, sent mail; safe at any time",
    load: async () => (await import("./maintenance.ts")).cleanUpDatabase,
  },
];

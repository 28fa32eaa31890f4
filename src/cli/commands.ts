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
      status: { value: "STATUS", summary: "active or disabled" },
      limit: { value: "NUMBER", summary: "the most to list, 1 to 200 (default 50)" },
      cursor: { value: "ID", summary: "continue after this id, the last one of the previous page" },
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
      "Without --password-stdin it prints a link for choosing a password, good for one use. No option takes the password " +
      "itself: other programs on the machine can read a command line.",
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
    summary: "Prints a new link for choosing a password, if the old one is lost",
    details:
      "Earlier links stop working. The old password works until the link is used. Using it ends all sessions.",
    parameters: [who],
    load: async () => (await users()).passwordLink,
  },
  {
    name: "users disable",
    summary: "Ends all sessions of the account and refuses its sign-ins",
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
    summary: "Gives exactly these roles besides user, and removes all others",
    details: 'ROLE is one or several, also separated by commas; "user" alone removes all others.',
    parameters: [who, { name: "ROLE", many: true, summary: "a role, such as admin" }],
    load: async () => (await users()).setRole,
  },
  {
    name: "users require-password-change",
    summary: "Ends all sessions; the next login requires a new password",
    parameters: [who],
    load: async () => (await users()).requirePasswordChange,
  },
  {
    name: "sessions list",
    summary: "Lists an account's live sessions, newest first",
    parameters: [who],
    options: { all: { summary: "also ended and expired ones, with the reason" } },
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
    details:
      "Put a new key in front of the old one. Remove the old one once nothing made with it is in use any more.",
    load: async () => (await import("./keys.ts")).generateKey,
  },
  {
    name: "explain",
    summary: "Shows what the configuration results in: routes, cookies, lifetimes, limits, headers",
    details:
      "Opens no database. Every value comes from the code that answers requests. With --calibrate it measures argon2id on " +
      "this machine instead, and proposes parameters, never below the default. Run that on the application's machine " +
      "while it is idle.",
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
      "With URL it also sends at most 60 requests, all to that origin. It follows no redirect, never signs in, and uses " +
      "only made-up addresses under example.invalid. The site audits what it refuses, and counts it for the limits of " +
      "this machine's address. Exit code 1 if a finding is serious. Shows no secret.",
    parameters: [
      {
        name: "URL",
        optional: true,
        summary: "the address that visitors use, with the path of the library",
      },
    ],
    load: async () => (await import("./doctor.ts")).doctor,
  },
  {
    name: "drill",
    summary: "Attacks your own staging site, within bounds, and reports what succeeded",
    details:
      "First it prints what it does and the most requests that it sends. guessing: wrong passwords for one account, one by " +
      "one and at once, and over many accounts. enumeration: whether answers or times of the public forms show which " +
      "addresses have an account. replay: old cookies and CSRF tokens, which must not work. flood: more logins than the " +
      "machine can hash. It attacks only hosts on loopback, unless you confirm that the host is yours. It uses made-up " +
      "addresses under example.invalid, and your own account if you name one. Exit code 1 if an attack succeeded.",
    parameters: [
      { name: "NAME", summary: "guessing, enumeration, replay or flood" },
      { name: "URL", summary: "the address of the site, with the path of the library" },
    ],
    options: {
      "i-own-this-host": { summary: "attack a host that is not this machine" },
      login: { value: "WHO", summary: "the address or username of an account that may be attacked" },
      "password-stdin": { summary: "read that account's password from standard input" },
      seconds: { value: "NUMBER", summary: "how long a flood lasts, 1 to 60 (default 10)" },
      samples: {
        value: "NUMBER",
        summary: "the pairs of times that enumeration compares, 1 to 1000 (default 200)",
      },
    },
    load: async () => (await import("./drill.ts")).drill,
  },
  {
    name: "outbox list",
    summary: "Lists unsent mail, newest first: waiting, or given up",
    details:
      "Never shows the text of a mail. Mail is tried again after 1, 5 and 30 minutes, 2, 6 and 12 hours, and then given " +
      "up. If the mail server refuses a mail permanently, it is given up at once. A kind that begins with job: is work " +
      "that decides whether a mail is sent.",
    options: {
      state: {
        value: "STATE",
        summary: "waiting, failed (given up), or all, with those sent in the last days",
      },
      limit: { value: "NUMBER", summary: "the most to list, 1 to 1000 (default 50)" },
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
      "Seals new rows, then checks every seal and row. Names the first wrong row, with exit code 1. It prints a head, " +
      "seal-NUMBER:HASH; the log holds the head of each seal too. Keep it out of reach of the database's writers, and pass " +
      "it with --head the next time. Only that shows that the newest rows were removed, or that seals were rewritten. A " +
      "head of version 0.1, SEQUENCE:HASH, still works for the rows of that version. Network addresses and user agents " +
      "are shortened after 90 days and are not sealed.",
    options: {
      head: { value: "HEAD", summary: "a head that an earlier run printed, or that the log holds" },
    },
    load: async () => (await import("./audit.ts")).verifyAudit,
  },
  {
    name: "audit list",
    summary: "Lists security events, newest first",
    options: {
      actor: { value: "WHO", summary: 'only what this account did; "operator" for the command line' },
      subject: { value: "WHO", summary: "only what concerns this account" },
      event: { value: "NAME", summary: "only this event, such as authn_login_fail" },
      limit: { value: "NUMBER", summary: "the most to list, 1 to 1000 (default 50)" },
      cursor: { value: "ID", summary: "continue after this row, the last one of the previous page" },
    },
    load: async () => (await import("./audit.ts")).listAudit,
  },
  {
    name: "cleanup",
    alias: "sweep",
    summary: "Deletes expired sessions, tokens, counters and sent mail; safe at any time",
    load: async () => (await import("./maintenance.ts")).cleanUpDatabase,
  },
];

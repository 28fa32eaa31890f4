/*
 * A database with a million sessions of a hundred thousand users, made once and kept in .cache/. A token follows from
 * its number, so nothing else is stored.
 */
import { hash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Auth, createAuth } from "latchkey";

export const SESSIONS = 1_000_000;
export const USERS = 100_000;

const folder = fileURLToPath(new URL("../.cache/", import.meta.url));
const finished = `${folder}bench-1m-sessions.sqlite`;
const unfinished = `${finished}.part`;
const DAY = 86_400_000;

/** The cookie value of a session, by its number below `SESSIONS`. */
export const tokenOf = (number: number): string => hash("sha256", `bench session ${number}`, "base64url");

const idOf = (kind: string, number: number): string => {
  const hex = hash("sha256", `bench ${kind} ${number}`, "hex");
  // The shape of a UUIDv7: its first 48 bits grow with time.
  const time = (1_790_000_000_000 + number).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
};

function open(path: string, now: () => number): Auth {
  const secretKeys = ["bench key: 0123456789 abcdefghijklmnopqrstuvwxyz"];
  return createAuth({
    origin: "http://localhost:3000",
    database: `sqlite:${path}`,
    secretKeys,
    clock: { now },
  }) as Auth;
}

async function build(): Promise<void> {
  console.error(`Making ${SESSIONS.toLocaleString("en")} sessions once, in .cache/ …`);
  mkdirSync(folder, { recursive: true });
  for (const end of ["", "-wal", "-shm"]) rmSync(unfinished + end, { force: true });
  const auth = open(unfinished, Date.now);
  await auth.ready();
  const { database } = auth;
  const now = Date.now();
  await database.one("PRAGMA cache_size = -1000000");
  await database.run("PRAGMA cache_size = -1000000");
  await database.transaction(async (tx) => {
    for (let number = 0; number < USERS; number++) {
      await tx.run(
        "INSERT INTO users (id, email, email_key, email_confirmed_at, status, created_at) VALUES ($1, $2, $2, $3, 'active', $3)",
        idOf("user", number),
        `user${number}@example.org`,
        now,
      );
      // Every hundredth has a role besides `user`.
      if (number % 100 === 0)
        await tx.run("INSERT INTO roles (user_id, role) VALUES ($1, 'editor')", idOf("user", number));
    }
    for (let number = 0; number < SESSIONS; number++) {
      await tx.run(
        `INSERT INTO sessions (digest, id, user_id, created_at, authenticated_at, methods, last_seen_at, idle_expires_at,
           expires_at, remembered, epoch, address, user_agent)
         VALUES ($1, $2, $3, $4, $4, 'password', $4, $5, $6, 0, 0, '203.0.113.7', 'Firefox on Linux')`,
        hash("sha256", tokenOf(number), "buffer"),
        idOf("session", number),
        idOf("user", number % USERS),
        now,
        now + 7 * DAY,
        now + 30 * DAY,
      );
    }
  });
  await database.one("PRAGMA wal_checkpoint(TRUNCATE)");
  await auth.close();
  renameSync(unfinished, finished);
}

/** Opens the database, with the clock at the day of its creation, so that its sessions never expire. */
export async function openMillionSessions(): Promise<{ auth: Auth; path: string }> {
  if (!existsSync(finished)) await build();
  let behind = 0;
  const auth = open(finished, () => Date.now() - behind);
  await auth.ready();
  const made = await auth.database.one<{ at: number }>("SELECT max(created_at) AS at FROM users");
  behind = Date.now() - (made?.at ?? 0);
  return { auth, path: finished };
}

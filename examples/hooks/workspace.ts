import { type AuthOptions, createAuth, migrate } from "latchkey";

/** Every account gets a workspace, in the transaction that makes it. */
export async function openAuth(place: Pick<AuthOptions, "origin" | "database">) {
  const auth = createAuth({
    ...place,
    on: {
      async userCreated({ userId, user }, tx) {
        const name = `${user?.username ?? "My"} workspace`;
        await tx.run("INSERT INTO workspaces (owner_id, name) VALUES ($1, $2)", userId, name);
      },
    },
  });
  await auth.ready();
  const workspaces = `CREATE TABLE workspaces (
    owner_id TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL
  ) STRICT`;
  await migrate(auth.database, "app", [{ id: 1, name: "workspaces", sql: workspaces }], auth.clock);
  return auth;
}

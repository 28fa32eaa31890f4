/* Roles and permissions of one auth object: a misspelt name doesn't compile. It never runs. */
import { type Auth, createAuth, ownerOr, type RequestAuth, type RoleName } from "latchkey";
import { requireLogin as nextLogin, withLogin } from "latchkey/next";
import { latchkey as onNode, requirePermission, requireRole } from "latchkey/node";
import { createTestAuth } from "latchkey/testing";

const options = { origin: "http://localhost:3000", database: "sqlite::memory:" };
const makeAuth = () =>
  createAuth({ ...options, roles: { admin: ["*"], editor: ["posts.edit", "posts.delete"] } });
type AppAuth = ReturnType<typeof makeAuth>;

export async function typed(auth: AppAuth, request: Request, userId: string): Promise<void> {
  const here = await auth.for(request);
  here.hasRole("editor");
  here.requireRole("admin");
  here.hasRole("user");
  here.requirePermission("posts.edit");
  // @ts-expect-error a misspelt role
  here.hasRole("editr");
  // @ts-expect-error a misspelt role
  here.requireRole("editr");
  // @ts-expect-error a misspelt permission
  here.hasPermission("post.edit");
  // @ts-expect-error a misspelt permission
  here.requirePermission("post.edit");

  await auth.users.setRoles({ userId, roles: ["editor"] }, { actor: userId });
  await auth.users.create({ email: "anna@example.org", roles: ["editor"] });
  await auth.users.list({ role: "admin" });
  await auth.users.list();
  // @ts-expect-error a misspelt role
  await auth.users.setRoles({ userId, roles: ["x"] });
  // @ts-expect-error a misspelt role
  await auth.users.create({ email: "anna@example.org", roles: ["editr"] });
  // @ts-expect-error a misspelt role
  await auth.users.list({ role: "editr" });
  auth.settings.roles.editor satisfies readonly string[];
  // @ts-expect-error no such role
  auth.settings.roles.editr;
}

export function adapters(auth: AppAuth): unknown {
  withLogin(auth, () => new Response("ok"), { role: "editor", permission: "posts.edit" });
  // @ts-expect-error a misspelt role
  withLogin(auth, () => new Response("ok"), { role: "editr" });
  // @ts-expect-error a misspelt permission
  void nextLogin(auth, { permission: "post.edit" });
  return onNode(auth, async (req, res) => {
    await requireRole(req, res, "editor");
    await requirePermission(req, res, "posts.edit");
    // @ts-expect-error a misspelt role
    await requireRole(req, res, "editr");
    // @ts-expect-error a misspelt permission
    await requirePermission(req, res, "post.edit");
  });
}

export async function testing(): Promise<void> {
  const { as } = createTestAuth({ roles: { admin: ["*"], editor: ["posts.edit"] } });
  await as("anna@example.org", { roles: ["editor"] });
  // @ts-expect-error a misspelt role
  await as("anna@example.org", { roles: ["editr"] });
}

/** Without the option, and in code that takes any auth object, names are text. */
export async function anyRoles(auth: Auth, here: RequestAuth): Promise<void> {
  here.requireRole("whatever");
  here.requirePermission("what.ever");
  await auth.users.setRoles({ userId: "", roles: ["whatever"] });
  ownerOr((post: { authorId: string }) => post.authorId, "whatever");
  const name: RoleName = "whatever";
  createAuth(options).users.list({ role: name });
}

/** Roles that grant all permissions name none, so none can be misspelt. */
export async function onlyStars(request: Request): Promise<void> {
  const here = await createAuth({ ...options, roles: { owner: ["*"] } }).for(request);
  here.requirePermission("posts.edit");
  here.requireRole("owner");
  // @ts-expect-error a misspelt role
  here.requireRole("ownr");
}

/** Code that takes any auth object takes a typed one. */
export async function passedOn(auth: AppAuth, request: Request): Promise<void> {
  await anyRoles(auth, await auth.for(request));
}

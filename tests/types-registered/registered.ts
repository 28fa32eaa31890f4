/*
 * A program that registered its auth object, so that guards and `req.auth` know its fields, roles and permissions. A
 * registration holds for a whole program, so this is apart from the other tests. It never runs.
 */
import type { Express } from "express";
import type { FastifyInstance } from "fastify";
import { Hono } from "hono";
import { createAuth, ownerOr, type RegisteredAuth } from "latchkey";
import * as onExpress from "latchkey/express";
import * as onFastify from "latchkey/fastify";
import * as onHono from "latchkey/hono";
import * as v from "valibot";

const auth = createAuth({
  origin: "http://localhost:3000",
  database: "sqlite::memory:",
  roles: { admin: ["*"], editor: ["posts.edit"] },
  user: { fields: { displayName: v.string() } },
  session: { data: { fields: { cart: v.array(v.string()) } } },
});

declare global {
  namespace Latchkey {
    interface Register {
      auth: typeof auth;
    }
  }
}

ownerOr((post: { authorId: string }) => post.authorId, "editor", "admin");
// @ts-expect-error a misspelt role
ownerOr((post: { authorId: string }) => post.authorId, "editr");

export const hono = new Hono();
hono.use(onHono.latchkey(auth));
hono.get("/", onHono.requireRole("editor"), (c) => {
  c.var.auth.requirePermission("posts.edit");
  // @ts-expect-error a misspelt permission
  c.var.auth.requirePermission("post.edit");
  // @ts-expect-error no such field
  c.var.auth.user.displayNam;
  c.var.auth.data.get("cart") satisfies string[] | undefined;
  return c.text(c.var.auth.user.displayName);
});
// @ts-expect-error a misspelt role
onHono.requireRole("editr");
// @ts-expect-error a misspelt permission
onHono.requirePermission("post.edit");

export function express(app: Express): void {
  app.use(onExpress.latchkey(auth));
  app.get("/", onExpress.requirePermission("posts.edit"), (req, res) => {
    res.send(req.auth.requireRole("editor").displayName);
    // @ts-expect-error a misspelt role
    req.auth.requireRole("editr");
  });
  // @ts-expect-error a misspelt role
  onExpress.requireRole("editr");
}

export function fastify(app: FastifyInstance): void {
  app.register(onFastify.latchkey(auth));
  app.get("/", { preHandler: onFastify.requireRole("user") }, async (request) => {
    // @ts-expect-error a misspelt permission
    request.auth.hasPermission("post.edit");
    return request.auth.requireLogin().displayName;
  });
  // @ts-expect-error a misspelt permission
  onFastify.requirePermission("post.edit");
}

/** The parts of an application name the request's auth without its parameters. */
export const greeting = (here: RegisteredAuth): string => here.user?.displayName ?? "visitor";

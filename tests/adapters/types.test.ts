import type { Express, Request as ExpressRequest, RequestHandler } from "express";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Hono } from "hono";
import { createAuth, type RequestAuth, type User } from "latchkey";
import { requireLogin as expressLogin, latchkey as onExpress } from "latchkey/express";
import { requireLogin as fastifyLogin, latchkey as onFastify } from "latchkey/fastify";
import { type AuthEnv, requireLogin as honoLogin, latchkey as onHono } from "latchkey/hono";
import { currentAuth, requireLogin as nextLogin, withLogin } from "latchkey/next";
import { requireLogin as nodeLogin, latchkey as onNode } from "latchkey/node";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import type { RequestAuthOf, SignedInAuthOf } from "../../src/registered.ts";

/* What the compiler knows about `user`. The functions never run: `npm run types` is the proof. */

type Own = { displayName: string };
const makeAuth = () =>
  createAuth({
    origin: "http://localhost:3000",
    database: "sqlite::memory:",
    user: { fields: { displayName: v.string() } },
    session: { data: { fields: { cart: v.array(v.string()) } } },
  });
type AppAuth = ReturnType<typeof makeAuth>;

test("hono: the user may be null before a guard, and is set behind it", () => {
  expectTypeOf((auth: AppAuth) => {
    const app = new Hono<AuthEnv<AppAuth>>();
    app.use(onHono(auth));
    app.get("/", (c) => {
      expectTypeOf<null>().toExtend<typeof c.var.auth.user>();
      // @ts-expect-error the user may be null
      c.var.auth.user.email;
      return c.text(c.var.auth.user?.displayName ?? "nobody");
    });
    app.get("/dashboard", honoLogin(), (c) => {
      expectTypeOf(c.var.auth.user.displayName).toEqualTypeOf<string>();
      // @ts-expect-error no such field
      c.var.auth.user.shoeSize;
      return c.text(c.var.auth.user.email);
    });
  }).toBeFunction();
});

test("express and fastify: requireLogin is the typed way, with the application's fields once registered", () => {
  expectTypeOf<ExpressRequest["auth"]>().toEqualTypeOf<RequestAuth>();
  expectTypeOf<FastifyRequest["auth"]>().toEqualTypeOf<RequestAuth>();
  expectTypeOf<ReturnType<ExpressRequest["auth"]["requireLogin"]>>().toEqualTypeOf<User>();
  // The type of `req.auth` by `interface Register { auth: typeof auth }`.
  type Registered = RequestAuthOf<{ auth: AppAuth }>;
  expectTypeOf<ReturnType<Registered["requireLogin"]>["displayName"]>().toEqualTypeOf<string>();
  expectTypeOf<Registered["user"]>().toEqualTypeOf<User<Own> | null>();
  expectTypeOf<Registered["data"]["get"]>().parameter(0).toEqualTypeOf<"cart">();
  // The type of `c.var.auth` behind a guard.
  type Behind = SignedInAuthOf<{ auth: AppAuth }>;
  expectTypeOf<Behind["user"]>().toEqualTypeOf<User<Own>>();
  expectTypeOf<Behind["data"]["get"]>().parameter(0).toEqualTypeOf<"cart">();
  // biome-ignore lint/complexity/noBannedTypes: an interface without members.
  expectTypeOf<RequestAuthOf<{}>>().toEqualTypeOf<RequestAuth>();

  expectTypeOf((auth: AppAuth, app: Express) => {
    app.use(onExpress(auth));
    app.get("/posts/:id", expressLogin(), (req, res) => {
      res.send(req.auth.requireLogin().email);
      // @ts-expect-error the user may be null
      res.send(req.auth.user.email);
    });
  }).toBeFunction();
  expectTypeOf(expressLogin).returns.toEqualTypeOf<RequestHandler>();
  expectTypeOf((auth: AppAuth, app: FastifyInstance) => {
    app.register(onFastify(auth));
    app.get<{ Params: { id: string } }>("/posts/:id", { preHandler: fastifyLogin() }, async (request) => {
      expectTypeOf(request.params.id).toEqualTypeOf<string>();
      return request.auth.requireLogin().email;
    });
    app.get("/", { preHandler: [fastifyLogin()], onRequest: fastifyLogin() }, async () => "");
  }).toBeFunction();
});

test("node: the guard returns the user with the application's fields, or null", () => {
  expectTypeOf((auth: AppAuth) =>
    onNode(auth, async (req, res) => {
      expectTypeOf(req.auth.data.get("cart")).toEqualTypeOf<string[] | undefined>();
      const user = await nodeLogin(req, res);
      expectTypeOf(user).toEqualTypeOf<User<Own> | null>();
      // @ts-expect-error the request may have been refused
      user.email;
      if (user !== null) expectTypeOf(user.displayName).toEqualTypeOf<string>();
    }),
  ).toBeFunction();
});

test("next: the user has the application's fields, in components and route handlers", () => {
  expectTypeOf(async (auth: AppAuth) => {
    expectTypeOf(await nextLogin(auth)).toEqualTypeOf<User<Own>>();
    expectTypeOf((await currentAuth(auth)).user).toEqualTypeOf<User<Own> | null>();
    withLogin(auth, (_, { user, data }) => {
      expectTypeOf(user.displayName).toEqualTypeOf<string>();
      expectTypeOf(data.get("cart")).toEqualTypeOf<string[] | undefined>();
      return new Response(user.email);
    });
    withLogin(auth, async (_, __, context: { params: Promise<{ id: string }> }) => {
      return new Response((await context.params).id);
    });
  }).toBeFunction();
});

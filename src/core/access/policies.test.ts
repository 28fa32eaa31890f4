import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestAuth } from "../../adapters/testing.ts";
import type { RequestAuth } from "../requests/index.ts";
import { ownerOr, type Policy } from "./policies.ts";

const t = createTestAuth({ roles: { admin: ["*"], editor: ["posts.edit"] } });
let anna: RequestAuth;
let visitor: RequestAuth;

beforeAll(async () => {
  const { headers } = await t.as("anna@example.org");
  anna = await t.auth.for(new Request("http://localhost:3000/", { headers }));
  visitor = await t.auth.for(new Request("http://localhost:3000/"));
});
afterAll(() => t.close());

const own = () => ({ authorId: anna.user?.id ?? "" });
const other = { authorId: "another user" };
const forbidden = expect.objectContaining({ code: "forbidden" });

describe("a policy that answers at once", () => {
  const editing = ownerOr(({ authorId }: { authorId: string }) => authorId, "editor");

  test("a policy that answers at once lets the owner pass and refuses others without a promise", () => {
    expect(anna.can(editing, own())).toBe(true);
    expect(anna.can(editing, other)).toBe(false);
    expect(anna.require(editing, own()).email).toBe("anna@example.org");
    expect(() => anna.require(editing, other)).toThrow(forbidden);
  });

  test("a policy that answers at once refuses a visitor with login_required", () => {
    expect(visitor.can(editing, own())).toBe(false);
    expect(() => visitor.require(editing, own())).toThrow(
      expect.objectContaining({ code: "login_required" }),
    );
  });

  test.each([undefined, null, 0, "", 1, "yes"])(
    "a policy that returns %j by mistake refuses at once",
    (answer) => {
      const broken = { allows: () => answer as unknown as boolean };
      expect(() => anna.require(broken, other)).toThrow(forbidden);
    },
  );
});

describe("a policy with a look-up", () => {
  const editing: Policy<{ authorId: string }, Promise<boolean>> = {
    allows: async (user, { authorId }) => user?.id === authorId,
    filter: async (user, column) => ({ sql: `${column} = $1`, parameters: [user?.id ?? ""] }),
  };

  test("a policy with a look-up lets the owner pass and refuses others with promises", async () => {
    await expect(anna.can(editing, own())).resolves.toBe(true);
    await expect(anna.can(editing, other)).resolves.toBe(false);
    await expect(anna.require(editing, own())).resolves.toMatchObject({ email: "anna@example.org" });
    await expect(anna.require(editing, other)).rejects.toEqual(forbidden);
    await expect(editing.filter(anna.user, "author_id")).resolves.toMatchObject({ sql: "author_id = $1" });
  });

  test("a policy with a look-up refuses a visitor at once, before the look-up", () => {
    expect(() => visitor.require(editing, own())).toThrow(
      expect.objectContaining({ code: "login_required" }),
    );
  });

  test("a policy with a look-up rejects with the error of a failed look-up", async () => {
    const failing = { allows: () => Promise.reject<boolean>(new Error("no database")) };
    await expect(anna.require(failing, own())).rejects.toThrow("no database");
  });

  test("a policy that resolves to anything but true refuses", async () => {
    const broken = { allows: async () => "yes" as unknown as boolean };
    await expect(anna.require(broken, own())).rejects.toEqual(forbidden);
  });
});

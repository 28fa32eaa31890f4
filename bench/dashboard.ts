/** The route that the adapters are measured with. */
export type Adapter = "hono" | "express" | "fastify" | "node" | "next";
export const adapters: readonly Adapter[] = ["hono", "express", "fastify", "node", "next"];

/**
 * A route without the library, one behind it, and one behind a guard. The empty ones have a middleware and a guard that do
 * nothing: what the framework itself charges for them.
 */
export type Place = "bare" | "behind" | "guarded" | "empty" | "emptyGuarded";

/** The answer of the route. */
export const dashboard = (email: string) => ({
  email,
  posts: [
    { id: 1, title: "The first post", published: true },
    { id: 2, title: "A second one", published: false },
  ],
  unread: 3,
});

/* Policies that answer at once stay synchronous; those with a look-up answer with promises. It never runs. */
import { ownerOr, type Policy, type PolicyFilter, type RequestAuth, type User } from "latchkey";

interface Post {
  authorId: string;
  organisation: string;
}
declare const post: Post;
declare const user: User;

const editing = ownerOr(({ authorId }: Post) => authorId, "editor");

const inOrganisation: Policy<Post, Promise<boolean>> = {
  allows: async (who, { organisation }) => who !== null && organisation !== "",
  filter: async () => ({ sql: "1 = 1", parameters: [] }),
};

// @ts-expect-error a policy that answers later says so in its type
export const undeclared: Policy<Post> = { ...inOrganisation, allows: inOrganisation.allows };

export function atOnce(auth: RequestAuth): PolicyFilter {
  auth.can(editing, post) satisfies boolean;
  auth.require(editing, post).email satisfies string;
  // @ts-expect-error of something else
  auth.can(editing, { title: "" });
  return editing.filter(user, "author_id");
}

export async function later(auth: RequestAuth): Promise<PolicyFilter> {
  (await auth.can(inOrganisation, post)) satisfies boolean;
  (await auth.require(inOrganisation, post)).email satisfies string;
  // @ts-expect-error a promise is always true: await it
  if (auth.can(inOrganisation, post)) throw new Error("unreachable");
  // @ts-expect-error the user comes later
  auth.require(inOrganisation, post).email;
  return inOrganisation.filter(user, "author_id");
}

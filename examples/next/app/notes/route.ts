import { withLogin } from "latchkey/next";
import { auth } from "../../auth.ts";

export const POST = withLogin(auth, async (request, { user }) => {
  return Response.json({ author: user.email, note: await request.json() }, { status: 201 });
});

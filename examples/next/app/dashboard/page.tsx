import { currentAuth, requireLogin } from "latchkey/next";
import { auth } from "../../auth.ts";

export default async function Dashboard() {
  const user = await requireLogin(auth, { returnTo: "/dashboard" });
  const { csrfToken } = await currentAuth(auth);
  return (
    <main>
      <p>Welcome, {user.email}</p>
      <form method="post" action="/logout">
        <input type="hidden" name="csrf_token" value={csrfToken} />
        <button type="submit">Log out</button>
      </form>
    </main>
  );
}

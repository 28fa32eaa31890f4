import { type AuthOptions, createAuth } from "latchkey";

/** The CRM gets every new account, also those made while it was down. */
export function openAuth(place: Pick<AuthOptions, "origin" | "database">, crmUrl: string) {
  return createAuth({
    ...place,
    after: {
      async userCreated({ userId, user, time }) {
        const response = await fetch(`${crmUrl}/contacts/${userId}`, {
          // The same call may come twice: PUT makes the second one harmless.
          method: "PUT",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ email: user?.email, since: new Date(time).toISOString() }),
          signal: AbortSignal.timeout(10_000),
        });
        if (!response.ok) throw new Error(`the CRM answered ${response.status}`);
      },
    },
  });
}

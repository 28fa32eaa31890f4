/*
 * What the compiler knows about the auth object's functions, codes, events and texts. It never runs: the type check is
 * the proof. It also runs in an empty project with the package (`npm run check:package`).
 */
import { type Auth, createAuth, type ErrorCode, LatchkeyError, type Messages, unwrap } from "latchkey";

type IsAny<T> = 0 extends 1 & T ? true : false;
const known = <T>(_proof: IsAny<T> extends true ? never : true): void => undefined;

known<Auth["account"]>(true);
known<Auth["account"]["login"]>(true);
known<Auth["users"]["create"]>(true);
known<Auth["outbox"]["list"]>(true);
known<Auth["audit"]["verify"]>(true);
known<ErrorCode>(true);
known<Messages["login"]>(true);
known<Auth["settings"]>(true);

export async function functions(auth: Auth, request: Request): Promise<void> {
  const here = await auth.for(request);
  const outcome = await auth.account.login({ login: "anna@example.org", password: "secret" }, here);
  if (outcome.ok) outcome.user.email satisfies string;
  else if (outcome.code === "invalid_credentials") outcome.retryAfterSeconds satisfies number | undefined;
  // @ts-expect-error a code that no feature declares
  if (!outcome.ok && outcome.code === "invalid_credential") return;
  // @ts-expect-error a misspelt function
  auth.account.logIn;
  // @ts-expect-error a misspelt input
  await auth.account.login({ login: "anna@example.org", pasword: "secret" }, here);
  // @ts-expect-error the request's auth or a script's context is missing
  await auth.account.login({ login: "anna@example.org", password: "secret" });
  // @ts-expect-error facts alone aren't a context: all callers would share their limits
  await auth.account.login({ login: "anna@example.org", password: "secret" }, {});
  const script = auth.context({ address: "192.0.2.7" });
  await auth.account.login({ login: "anna@example.org", password: "secret" }, script);
  // @ts-expect-error a script has no account
  await auth.account.listSessions({}, script);
  await auth.account.listSessions({}, here);
  // @ts-expect-error a context needs the client's address
  auth.context({});

  const { user } = await unwrap(auth.users.create({ email: "anna@example.org", roles: ["editor"] }));
  user.status satisfies "active" | "disabled";
  // @ts-expect-error a misspelt input
  await auth.users.create({ mail: "anna@example.org" });
  // @ts-expect-error a misspelt function
  auth.users.remove;
  // @ts-expect-error internals aren't part of the auth object
  auth.core;
  // @ts-expect-error settings show only what applications need
  auth.settings.throttle;
}

export function codes(): LatchkeyError[] {
  return [
    new LatchkeyError("not_found"),
    new LatchkeyError("invalid_credentials"),
    new LatchkeyError("last_administrator"),
    new LatchkeyError("session_data_too_large"),
    // @ts-expect-error a code that no feature declares
    new LatchkeyError("nothing_found"),
  ];
}

export const hooks = () =>
  createAuth({
    origin: "http://localhost:3000",
    database: "sqlite::memory:",
    before: { signIn: ({ user }) => (user.email.endsWith("@example.org") ? undefined : { refuse: "No." }) },
    on: {
      userCreated: async (event, tx) => {
        known<typeof event>(true);
        await tx.run("INSERT INTO greetings (user_id) VALUES ($1)", event.userId);
      },
      // @ts-expect-error a misspelt event
      userMade: () => undefined,
    },
    messages: { login: { title: "Welcome back" } },
  });

export const misspeltText = () =>
  createAuth({
    origin: "http://localhost:3000",
    database: "sqlite::memory:",
    // @ts-expect-error a text that no feature has
    messages: { login: { titel: "Welcome back" } },
  });

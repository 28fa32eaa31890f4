import { createAuth, type HookEvent, type HookUser, type Transaction } from "latchkey";
import { feature } from "latchkey/kit";
import { expectTypeOf, test } from "vitest";

/* What the compiler knows about hooks. It never runs: `npm run types` is the proof. */

const place = { origin: "http://localhost:3000", database: "sqlite::memory:" };

test("hooks know their subject, their event and its detail", () => {
  expectTypeOf(() =>
    createAuth({
      ...place,
      before: {
        register({ email, fields }, { address }) {
          expectTypeOf(email).toEqualTypeOf<string>();
          expectTypeOf(fields).toEqualTypeOf<Readonly<Record<string, unknown>>>();
          return address === "192.0.2.1" ? { refuse: "Not from here." } : undefined;
        },
        async signIn({ user, method }) {
          expectTypeOf(user).toEqualTypeOf<HookUser>();
          expectTypeOf(method).toEqualTypeOf<string>();
        },
      },
      on: {
        async userCreated(event, tx) {
          expectTypeOf(tx).toEqualTypeOf<Transaction>();
          expectTypeOf(event).toEqualTypeOf<HookEvent<"user_created">>();
          expectTypeOf(event.detail.by).toEqualTypeOf<string | undefined>();
        },
      },
      after: {
        sessionEnded({ detail, user }) {
          expectTypeOf(detail.session).toEqualTypeOf<string | undefined>();
          expectTypeOf(detail.reason).toEqualTypeOf<string>();
          expectTypeOf(user).toEqualTypeOf<HookUser | null>();
        },
        deletionRequested({ detail }) {
          expectTypeOf(detail.delete_after).toEqualTypeOf<number>();
        },
      },
    }),
  ).toBeFunction();
});

test("a hook of several events distinguishes them by the name", () => {
  expectTypeOf(() =>
    createAuth({
      ...place,
      after: {
        requestRefused(event) {
          expectTypeOf(event.name).toEqualTypeOf<
            | "authz_fail"
            | "excess_rate_limit_exceeded"
            | "input_validation_fail"
            | "malicious_csrf"
            | "sequence_fail"
          >();
          expectTypeOf(event.detail.route).toEqualTypeOf<string>();
          if (event.name === "malicious_csrf")
            expectTypeOf(event).toEqualTypeOf<HookEvent<"malicious_csrf">>();
          if (event.name === "input_validation_fail")
            expectTypeOf(event.detail.dropped).toEqualTypeOf<number | undefined>();
        },
      },
    }),
  ).toBeFunction();
});

test("an event must name its listeners as declared", () => {
  expectTypeOf(() => {
    const means = "The account was disabled.";
    feature("acme", { events: { user_disabled: { means, hook: "userDisabled" } } });
    feature("acme", { events: { session_expired: { means, hook: null } } });
    // @ts-expect-error its listeners are called `userDisabled`
    feature("acme", { events: { user_disabled: { means, hook: "userEnabled" } } });
    // @ts-expect-error it concerns an account
    feature("acme", { events: { user_disabled: { means, hook: null } } });
    // @ts-expect-error it must say so
    feature("acme", { events: { user_disabled: { means } } });
    // @ts-expect-error it must say that it concerns no account
    feature("acme", { events: { session_expired: { means } } });
    // @ts-expect-error no interface declares the event
    feature("acme", { events: { "acme/invented": { means, hook: null } } });
  }).toBeFunction();
});

test("a misspelt hook doesn't compile", () => {
  expectTypeOf(() => {
    // @ts-expect-error it is `register`
    createAuth({ ...place, before: { registre: () => undefined } });
    // @ts-expect-error it is `userCreated`
    createAuth({ ...place, on: { userCreate: () => undefined } });
    // @ts-expect-error events have hooks under other names
    createAuth({ ...place, on: { user_created: () => undefined } });
    // @ts-expect-error it is `sessionEnded`
    createAuth({ ...place, after: { sessionEnd: () => undefined } });
    // @ts-expect-error nothing happens before it
    createAuth({ ...place, before: { userCreated: () => undefined } });
  }).toBeFunction();
});

test("an invalid answer of a hook doesn't compile", () => {
  expectTypeOf(() => {
    // @ts-expect-error a refusal has a sentence
    createAuth({ ...place, before: { register: () => false } });
    // @ts-expect-error the sentence is a text
    createAuth({ ...place, before: { signIn: () => ({ refuse: true }) } });
    // @ts-expect-error the detail has no such member
    createAuth({ ...place, after: { signedIn: ({ detail }) => void detail.address } });
    // @ts-expect-error an `after` listener gets no transaction
    createAuth({ ...place, after: { signedIn: (_event, tx) => void tx } });
  }).toBeFunction();
});

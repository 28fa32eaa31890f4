import type { Core, RequestFacts } from "./core/core.ts";
import { RequestAuth } from "./core/requests/index.ts";
import type { LoginCompleted, Session } from "./core/sessions/index.ts";
import type { User } from "./core/users/index.ts";
import { changePassword, type PasswordChangeInput } from "./features/account/index.ts";
import {
  type ConfirmationInput,
  confirmEmail,
  resendConfirmation,
} from "./features/email-confirmation/index.ts";
import { type LoginInput, login } from "./features/login/index.ts";
import { logout } from "./features/logout/index.ts";
import { choosePassword, type PasswordChoiceInput } from "./features/password-reset/index.ts";
import { reauthenticate } from "./features/reauthenticate/index.ts";
import { type RegistrationInput, register } from "./features/registration/index.ts";
import { attempt, type Outcome } from "./outcome.ts";
import type { Secret } from "./platform/crypto/index.ts";
import { LatchkeyError } from "./platform/errors/index.ts";

/**
 * What a function call happens in: the request's auth (from `auth.for`), whose cookies it then sets; or plain facts
 * for scripts.
 */
export type AuthContext = RequestAuth | Partial<RequestFacts>;

/** A completed login; the cookies are set on the request's auth, if there is one. */
export interface LoginOutcome {
  user: User;
  session: Session;
  /**
   * The session cookie's value, for scripts that speak HTTP themselves; null where the session was there before.
   * Prints as `[redacted]`.
   */
  sessionToken: Secret | null;
}

/** A link was mailed (or, to the owner of a taken address, an explanation); in `open` mode the person is signed in. */
export type RegistrationOutcome = { status: "confirmation_sent" } | ({ status: "signed_in" } & LoginOutcome);

/**
 * Everything the pages do, as plain functions. A refusal is a value, `{ ok: false, code }`, and never thrown; besides
 * the codes named here, all that take a password may answer `overloaded`.
 */
export interface Operations {
  /**
   * Registers an account. In `confirm-first` mode the outcome is the same whether the address is taken or not (row
   * SU-01). Refusals: `registration_closed`, `invalid_input`, `username_taken`, `email_taken` (in `open` mode only),
   * `too_many_attempts`.
   */
  register(input: RegistrationInput, context: AuthContext): Promise<Outcome<RegistrationOutcome>>;
  /**
   * Uses a confirmation link: the account exists from here on, and its owner is signed in. Outside the browser that
   * registered a password has to be chosen (row VE-03). Refusals: `link_invalid`, `password_required`, `invalid_input`,
   * `username_taken`, `too_many_attempts`.
   */
  confirmEmail(input: ConfirmationInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  /**
   * Mails a new confirmation link if one is due, and never says whether it was (row VE-04). Refusals: `invalid_input`,
   * `too_many_attempts`.
   */
  resendConfirmation(email: string, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Signs in by password. Unknown, wrong and disabled are one answer (row TH-01). Refusals: `invalid_credentials`,
   * `too_many_attempts`, `password_change_required`, `invalid_input`.
   */
  login(input: LoginInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  /** Ends the session of the request; without one there is nothing to do, and that is no refusal (row LO-06). */
  logout(context: AuthContext): Promise<Outcome<object>>;
  /**
   * Proves anew who is signed in; the session goes on under a new value (row SL-02). Refusals: `login_required`,
   * `invalid_input` (`wrong_password` on `password`), `too_many_attempts`.
   */
  reauthenticate(password: string, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  /**
   * Changes the password of whoever is signed in and ends their other sessions, devices and links (row SL-08).
   * Refusals: `login_required`, `invalid_input` (`wrong_password` on `current_password`, or what the policy says of
   * `password`), `too_many_attempts`.
   */
  changePassword(input: PasswordChangeInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
  /**
   * Sets a password by a single-use link, ends every session of the account and signs nobody in (rows RS-05, RS-09).
   * Refusals: `link_invalid`, `invalid_input`, `too_many_attempts`.
   */
  choosePassword(input: PasswordChoiceInput, context: AuthContext): Promise<Outcome<object>>;
}

function factsOf(context: AuthContext): RequestFacts {
  if (context instanceof RequestAuth) return context.facts;
  const nobody = { userAgent: null, deviceToken: null, preSession: null, sessionId: null, userId: null };
  return { address: "unknown", requestId: "script", ...nobody, ...context };
}

function accountOf(context: AuthContext): { user: User; session: Session } {
  if (context instanceof RequestAuth) return context.requireSession();
  throw new LatchkeyError("login_required");
}

function signedIn(context: AuthContext, completed: LoginCompleted): LoginOutcome {
  if (context instanceof RequestAuth) context.signIn(completed);
  const { user, session, sessionToken } = completed;
  return { user, session, sessionToken };
}

/** The operations on this core; each waits for `ready` first. */
export function createOperations(core: Core, ready: () => Promise<void>): Operations {
  function within<Result extends object>(
    context: AuthContext,
    work: (facts: RequestFacts) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    return attempt(async () => {
      await ready();
      return work(factsOf(context));
    });
  }

  return {
    register: (input, context) =>
      within(context, async (facts): Promise<RegistrationOutcome> => {
        const result = await register(core, input, facts);
        if ("status" in result) return { status: result.status };
        return { status: "signed_in", ...signedIn(context, result) };
      }),
    confirmEmail: (input, context) =>
      within(context, async (facts): Promise<LoginOutcome> => {
        const result = await confirmEmail(core, input, facts);
        if ("alreadySignedIn" in result) return { ...accountOf(context), sessionToken: null };
        return signedIn(context, result);
      }),
    resendConfirmation: (email, context) =>
      within(context, async (facts) => {
        await resendConfirmation(core, email, facts);
        return {};
      }),
    login: (input, context) =>
      within(context, async (facts) => {
        const result = await login(core, input, facts);
        if ("passwordChangeToken" in result) throw new LatchkeyError("password_change_required");
        return signedIn(context, result);
      }),
    logout: (context) =>
      within(context, async (facts) => {
        await logout(core, facts);
        if (context instanceof RequestAuth) context.signOut();
        return {};
      }),
    reauthenticate: (password, context) =>
      within(context, async (facts) =>
        signedIn(context, await reauthenticate(core, accountOf(context), password, facts)),
      ),
    changePassword: (input, context) =>
      within(context, async (facts) =>
        signedIn(context, await changePassword(core, accountOf(context), input, facts)),
      ),
    choosePassword: (input, context) =>
      within(context, async (facts) => {
        await choosePassword(core, input, facts);
        return {};
      }),
  };
}

import { type AuthContext, accountOf, factsOf, freshAccountOf } from "./auth-context.ts";
import type { Core, RequestFacts } from "./core/core.ts";
import { RequestAuth } from "./core/requests/index.ts";
import type { LoginCompleted } from "./core/sessions/index.ts";
import { changePassword } from "./features/account/index.ts";
import { listActivity } from "./features/account-activity/index.ts";
import { exportAccount, requestDeletion } from "./features/account-data/index.ts";
import { endOtherSessions, endOwnSession, listSessions } from "./features/account-sessions/index.ts";
import { confirmEmailChange, requestEmailChange } from "./features/email-change/index.ts";
import { confirmEmail, resendConfirmation } from "./features/email-confirmation/index.ts";
import { login } from "./features/login/index.ts";
import { logout } from "./features/logout/index.ts";
import { confirmMailLogin, factsOfKnownBrowser, requestMailLogin } from "./features/mail-login/index.ts";
import { choosePassword, forgotPassword } from "./features/password-reset/index.ts";
import { reauthenticate } from "./features/reauthenticate/index.ts";
import { register } from "./features/registration/index.ts";
import { undoChange } from "./features/undo/index.ts";
import type { LoginOutcome, Operations, RegistrationOutcome } from "./operations.ts";
import { attempt, type Outcome } from "./outcome.ts";
import { LatchkeyError } from "./platform/errors/index.ts";

/** Keeps a completed login in the request's auth, if there is one. */
function signedIn(context: AuthContext, completed: LoginCompleted): LoginOutcome {
  if (context instanceof RequestAuth) context.signIn(completed);
  const { user, session, sessionToken, deletionCancelled } = completed;
  return { user, session, sessionToken, ...(deletionCancelled && { deletionCancelled }) };
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

  /** For what has nothing to tell but that it was done. */
  function done(
    context: AuthContext,
    work: (facts: RequestFacts) => Promise<void>,
  ): Promise<Outcome<object>> {
    return within(context, async (facts) => {
      await work(facts);
      return {};
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
    resendConfirmation: (email, context) => done(context, (facts) => resendConfirmation(core, email, facts)),
    login: (input, context) =>
      within(context, async (facts) => {
        const result = await login(core, input, facts);
        if ("passwordChangeToken" in result) throw new LatchkeyError("password_change_required");
        return signedIn(context, result);
      }),
    requestMailLogin: (input, context) =>
      done(context, (facts) => {
        const known = context instanceof RequestAuth ? factsOfKnownBrowser(context) : facts;
        return requestMailLogin(core, input, known);
      }),
    confirmMailLogin: (input, context) =>
      within(context, async (facts) => {
        const result = await confirmMailLogin(core, input, facts);
        if ("passwordChangeToken" in result) throw new LatchkeyError("password_change_required");
        return signedIn(context, result);
      }),
    logout: (context) =>
      done(context, async (facts) => {
        await logout(core, facts);
        if (context instanceof RequestAuth) context.signOut();
      }),
    reauthenticate: (password, context) =>
      within(context, async (facts) =>
        signedIn(context, await reauthenticate(core, accountOf(context), password, facts)),
      ),
    changePassword: (input, context) =>
      within(context, async (facts) =>
        signedIn(context, await changePassword(core, accountOf(context), input, facts)),
      ),
    forgotPassword: (email, context) => done(context, (facts) => forgotPassword(core, email, facts)),
    choosePassword: (input, context) =>
      done(context, async (facts) => {
        const { deviceToken } = await choosePassword(core, input, facts);
        if (context instanceof RequestAuth) context.keepDevice(deviceToken);
      }),
    changeEmail: (email, context) =>
      done(context, async (facts) => {
        await requestEmailChange(core, freshAccountOf(core, context), email, facts);
      }),
    confirmEmailChange: (token, context) =>
      within(context, async (facts) => {
        const isSignedIn = context instanceof RequestAuth && context.user !== null;
        const account = isSignedIn ? context.requireSession() : null;
        const { email, renewed } = await confirmEmailChange(core, token, account, facts);
        if (renewed !== null) signedIn(context, renewed);
        return { email };
      }),
    undo: (token, context) =>
      within(context, async (facts) => {
        const { userId, email } = await undoChange(core, token, facts);
        if (context instanceof RequestAuth && context.user?.id === userId) context.signOut();
        return { email };
      }),
    listSessions: (context) =>
      within(context, async ({ locale }) => {
        const { user, session } = accountOf(context);
        return { sessions: await listSessions(core, { userId: user.id, currentId: session.id, locale }) };
      }),
    endSession: (id, context) =>
      done(context, async (facts) => {
        const { current } = await endOwnSession(core, freshAccountOf(core, context), id, facts);
        if (current && context instanceof RequestAuth) context.signOut();
      }),
    endOtherSessions: (context) =>
      within(context, async (facts) => ({
        sessions: await endOtherSessions(core, freshAccountOf(core, context), facts),
      })),
    listActivity: (context, cursor) =>
      within(context, ({ locale }) => listActivity(core, accountOf(context).user.id, { cursor, locale })),
    exportAccount: (context) =>
      within(context, async (facts) => ({
        account: await exportAccount(core, freshAccountOf(core, context, "open"), facts),
      })),
    requestDeletion: (confirm, context) =>
      within(context, async (facts) => {
        const deleteAfter = await requestDeletion(core, freshAccountOf(core, context), confirm, facts);
        if (context instanceof RequestAuth) context.signOut({ forgetDevice: true });
        return { deleteAfter };
      }),
  };
}

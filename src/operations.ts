import type { AuthContext } from "./auth-context.ts";
import type { Session } from "./core/sessions/index.ts";
import type { User } from "./core/users/index.ts";
import type { PasswordChangeInput } from "./features/account/index.ts";
import type { ActivityPage } from "./features/account-activity/index.ts";
import type { AccountExport } from "./features/account-data/index.ts";
import type { ListedSession } from "./features/account-sessions/index.ts";
import type { ConfirmationInput } from "./features/email-confirmation/index.ts";
import type { LoginInput } from "./features/login/index.ts";
import type { MailLoginInput, MailLoginRequest } from "./features/mail-login/index.ts";
import type { PasswordChoiceInput } from "./features/password-reset/index.ts";
import type { RegistrationInput } from "./features/registration/index.ts";
import type { Outcome } from "./outcome.ts";
import type { Secret } from "./platform/crypto/index.ts";

/** A completed login; the cookies are set on the request's auth, if there is one. */
export interface LoginOutcome {
  user: User;
  session: Session;
  /**
   * The session cookie's value, for scripts that speak HTTP themselves; null where the session was there before.
   * Prints as `[redacted]`.
   */
  sessionToken: Secret | null;
  /** The account was to be deleted; signing in keeps it. */
  deletionCancelled?: true;
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
  /**
   * Mails a link and a code for signing in if an account has the address, and never says whether; both are good in the
   * asking browser alone (row VE-06). Refusals: `not_found` (the option `login.mail` is off), `other_browser` (plain facts
   * name no browser), `invalid_input`, `too_many_attempts`.
   */
  requestMailLogin(input: MailLoginRequest, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Signs in by the link or the code of such a mail, once (row VE-05). Refusals: `link_invalid`, `other_browser`,
   * `invalid_input` (`wrong_code` on `code`), `too_many_attempts`, `password_change_required`, `not_found`.
   */
  confirmMailLogin(input: MailLoginInput, context: AuthContext): Promise<Outcome<LoginOutcome>>;
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
   * Mails a link for choosing a password if an account has the address, and never says whether (row RS-01); an hour long
   * it can be used once. Changes nothing about the account. Refusals: `invalid_input`, `too_many_attempts`.
   */
  forgotPassword(email: string, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Sets a password by a single-use link, ends every session of the account and signs nobody in (rows RS-05, RS-09). The
   * browser counts as a known device of the account from here on: a request's auth, given as the context, sets its cookie.
   * Refusals: `link_invalid`, `invalid_input`, `too_many_attempts`.
   */
  choosePassword(input: PasswordChoiceInput, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Asks for another address for whoever is signed in, who must have proven lately who they are. The new address is mailed a
   * link good for an hour, the present one a notice; nothing changes until the link is used, and nobody learns whether the
   * address is taken (rows CE-01 to CE-04). Refusals: `login_required`, `reauthentication_required`, `invalid_input`
   * (`invalid_email`, `same_email`), `too_many_attempts`.
   */
  changeEmail(email: string, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Uses the link mailed to a new address: the account has it from here on, and its other sessions and links end (row
   * CE-07). Signs nobody in; where the request is the account's own, its session goes on under a new value. Refusals:
   * `link_invalid`, `too_many_attempts`.
   */
  confirmEmailChange(token: string, context: AuthContext): Promise<Outcome<{ email: string }>>;
  /**
   * "This wasn't me": uses the link of a notice. Puts the address back that the notice went to, ends every session, switches
   * the password off and mails a link for a new one (row CE-03). Refusals: `link_invalid`, `email_taken` (another account
   * has the address by now), `too_many_attempts`.
   */
  undo(token: string, context: AuthContext): Promise<Outcome<{ email: string }>>;
  /**
   * The logins of whoever is signed in: live ones by their last use, then up to 20 that ended within 30 days (row SL-09).
   * Refusals: `login_required`.
   */
  listSessions(context: AuthContext): Promise<Outcome<{ sessions: ListedSession[] }>>;
  /**
   * Ends one of one's own logins by its id; the present one as by logging out. Needs a proof of the last 20 minutes.
   * Refusals: `login_required`, `reauthentication_required`, `not_found`.
   */
  endSession(id: string, context: AuthContext): Promise<Outcome<object>>;
  /**
   * Ends all of one's own logins but the present one, and says how many. Needs a proof of the last 20 minutes. Refusals:
   * `login_required`, `reauthentication_required`.
   */
  endOtherSessions(context: AuthContext): Promise<Outcome<{ sessions: number }>>;
  /**
   * The security events of one's own account in plain words, newest first, 50 a page; `cursor` is the `next` of the page
   * before. Refusals: `login_required`.
   */
  listActivity(context: AuthContext, cursor?: string): Promise<Outcome<ActivityPage>>;
  /**
   * Everything that is kept about whoever is signed in, without secrets, with what `user.export` adds (row PV-02). Needs a
   * proof of the last 10 minutes. Refusals: `login_required`, `reauthentication_required`.
   */
  exportAccount(context: AuthContext): Promise<Outcome<{ account: AccountExport }>>;
  /**
   * Schedules the deletion of one's own account, which signing in cancels; `confirm` is its e-mail address, typed. Ends every
   * session. `deleteAfter` is in UTC milliseconds. Needs a proof of the last 20 minutes. Refusals: `login_required`,
   * `reauthentication_required`, `invalid_input` on `confirm` (`confirm_mismatch`, `last_administrator`).
   */
  requestDeletion(confirm: string, context: AuthContext): Promise<Outcome<{ deleteAfter: number }>>;
}

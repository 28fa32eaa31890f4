/**
 * Every security event and what it means, by the names of OWASP's logging vocabulary (row LG-01) and a few of our own in
 * its style where it has none. The names are the keys, so there is no event without a meaning (row LG-08).
 */
export const auditEvents = {
  authn_login_success: "Somebody signed in; the detail says by which method.",
  authn_login_fail: "Signing in was refused: wrong password, code or link, unknown or disabled account.",
  authn_login_fail_max: "The password was switched off after too many failures in a row.",
  authn_login_successafterfail:
    "A sign-in came right after wrong passwords; the detail says how many in a row.",
  authn_mail_login_requested: "Somebody asked for a mail to sign in with.",
  authn_password_change: "A password was changed, chosen by a link, or has to be changed.",
  authn_password_change_fail: "A change of the password was refused because the present one was wrong.",
  authn_password_reset_requested: "Somebody asked for a link to choose a new password.",
  authn_password_upgrade:
    "A password was hashed anew with today's parameters, after it had been given right.",
  authn_reauthentication_success: "Somebody signed in proved again who they are.",
  authn_reauthentication_fail: "Somebody signed in failed to prove who they are.",
  authn_token_created: "A secret that works once was made, such as that of a mailed link.",
  authn_token_reuse: "A secret that works once was presented again after it was used or replaced.",
  authz_fail: "Somebody asked for what they have no right to.",
  excess_rate_limit_exceeded: "A limit of attempts was reached, and the request refused.",
  input_validation_fail: "A request held what no form of ours sends.",
  malicious_csrf: "A request that changes something came from another site or without the form's token.",
  privilege_permissions_changed: "The roles of an account were changed.",
  sensitive_read: "Somebody downloaded or read what is kept about an account.",
  sequence_fail: "The steps of a flow came out of their order.",
  session_created: "A session began.",
  session_ended: "A session was ended, or several; the detail says why.",
  session_expired: "Sessions that ran out were cleared away; the detail says how many.",
  session_renewed: "A session went on under a new value.",
  user_change_undone: "The owner took a change back by the link in its notice.",
  user_confirmation_requested: "Somebody asked for the confirmation mail again.",
  user_created: "An account was made.",
  user_deleted: "An account was deleted for good.",
  user_deletion_cancelled: "An account that was to be deleted is kept.",
  user_deletion_requested: "The owner asked for the deletion of the account.",
  user_disabled: "An account was disabled.",
  user_email_change_requested: "The owner asked for another e-mail address.",
  user_email_changed: "The e-mail address of an account was changed.",
  user_email_confirmed: "The owner proved that the e-mail address is theirs.",
  user_enabled: "A disabled account may sign in again.",
  user_registration_requested: "Somebody asked for an account.",
  user_unlocked: "The failed attempts on an account were forgotten.",
} as const satisfies Record<string, string>;

/** The name of a security event. */
export type AuditEvent = keyof typeof auditEvents;

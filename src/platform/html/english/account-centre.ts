/** The account centre: sessions, activity, export, deletion. */

/** Why a login ended, told to its owner in a list. */
const ended = {
  logout: "Logged out",
  idle: "Not used for a while",
  expired: "Reached its time limit",
  replaced: "Replaced by a newer login in the same browser",
  renewed: "Went on under a new value",
  password_changed: "The password was changed",
  password_reset: "A new password was chosen",
  email_confirmed: "The email address was confirmed by its owner",
  email_changed: "The email address was changed",
  rights_changed: "What the account may do was changed",
  account_disabled: "The account was disabled",
  undone: "A change was undone by mail",
  deletion_requested: "The account was to be deleted",
  too_many_attempts: "Too many wrong passwords",
  too_many_sessions: "Too many logins at the same time",
  ended_by_user: "Ended from another device",
  ended_by_operator: "Ended by an administrator",
};

/**
 * What happened to an account, by the name of its event; after the colon stands what makes the difference within one.
 * `session_ended` is put together from the reasons above.
 */
const events = {
  authn_login_success: "Logged in.",
  "authn_login_success:password": "Logged in with the password.",
  "authn_login_success:email_link": "Logged in by a mailed link or its code.",
  "authn_login_success:registration": "Logged in after registering.",
  authn_login_fail: "A login was refused.",
  "authn_login_fail:password": "A login with a wrong password was refused.",
  "authn_login_fail:email_link": "A login by mail was refused: the code was wrong or too old.",
  authn_login_fail_max: "The password was switched off after too many wrong ones in a row.",
  authn_mail_login_requested: "A link for logging in was asked for.",
  authn_password_change: "The password was changed.",
  "authn_password_change:link": "A new password was chosen by a mailed link.",
  "authn_password_change:demand": "A new password was demanded at the next login.",
  authn_password_change_fail: "The password was not changed: the current one was wrong.",
  authn_password_reset_requested: "A link for a new password was asked for.",
  authn_password_upgrade: "The protection of the stored password was renewed. The password is the same.",
  authn_reauthentication_success: "The password was entered again to go on.",
  authn_reauthentication_fail: "A wrong password was entered where it was asked for again.",
  authn_token_created: "A link was made.",
  "authn_token_created:choose_password": "A link for choosing a password was made.",
  "authn_token_created:mail_login": "A link for logging in was mailed.",
  authn_token_reuse: "A link was used that is no longer valid.",
  authz_fail: "Something was refused that this account may not do.",
  excess_rate_limit_exceeded: "Attempts were refused for a while because there were too many.",
  input_validation_fail: "Something was refused because it couldn't be read.",
  malicious_csrf: "A form was refused because it came from another site or was open too long.",
  privilege_permissions_changed: "What the account may do was changed.",
  sensitive_read: "Data of the account was read.",
  "sensitive_read:account_export": "The data of the account was downloaded.",
  sequence_fail: "A step was refused because the one before it was missing.",
  user_change_undone: "A change was undone by mail, and every login ended.",
  user_confirmation_requested: "A link for confirming the email address was asked for.",
  user_created: "The account was made.",
  user_deleted: "The account was deleted.",
  user_deletion_cancelled: "The account is kept: somebody logged in before it was deleted.",
  user_deletion_requested: "The account was to be deleted.",
  user_disabled: "The account was disabled.",
  user_email_change_requested: "Another email address was asked for.",
  user_email_changed: "The email address was changed.",
  user_email_confirmed: "The email address was confirmed.",
  user_enabled: "The account was enabled again.",
  user_registration_requested: "Somebody tried to register with the address of this account.",
  user_unlocked: "The password was unlocked for new devices.",
};

export const accountCentrePages = {
  sessions: {
    title: "Logged-in devices",
    intro:
      "Where you are logged in. Last use is noted now and then, so a device may have been used a little later than it says here.",
    caption: "Logged in now",
    current: "This one",
    remembered: "Stays logged in",
    columns: {
      device: "Device",
      address: "Network address",
      created: "Logged in",
      lastUse: "Last use",
      action: "Log out",
    },
    now: "Now",
    unknownDevice: "A device we don't know",
    unknownAddress: "Not known",
    end: "Log out",
    /** Tells the buttons of the list apart for those who don't see it. */
    endWhich: (device: string) => `of ${device}`,
    endOthers: "Log out everywhere else",
    endedCaption: "Ended in the last 30 days",
    endedColumns: { device: "Device", address: "Network address", ended: "Ended", reason: "Why" },
    ended,
  },

  activity: {
    title: "Activity",
    intro:
      "Logins and changes of this account, newest first. Something that wasn't you? Change your password.",
    caption: "Activity",
    columns: { event: "What happened", time: "When", device: "Device", address: "Network address" },
    unknownDevice: "Not known",
    unknownAddress: "Not known",
    events,
    oneEnded: (reason: string) => `A login ended. ${reason}.`,
    severalEnded: (count: number, reason: string) =>
      count === 1 ? `A login ended. ${reason}.` : `${count} logins ended. ${reason}.`,
    endedForUnknownReason: "It was ended",
    /** For an event whose name this page doesn't know. */
    other: "Something about this account was noted.",
    byAdministrator: (sentence: string) => `${sentence} An administrator did this.`,
    older: "Older",
    newest: "Newest",
    emptyTitle: "Nothing older",
    emptyHint: "There is nothing before this.",
  },

  deleteAccount: {
    title: "Delete your account",
    intro: (grace: string) =>
      `It is deleted ${grace} after you ask for it. Until then you can change your mind.`,
    whatTitle: "What is deleted",
    whatOfYours:
      "Your account with everything you told us about yourself, and what you made here that belongs to it alone.",
    whatOfAccess: "Your password, your logins and your devices.",
    whatOfTraces: "Mail we sent you, and the records of your devices and network addresses.",
    whenTitle: "What happens when",
    when: (date: string) =>
      `Every device is logged out at once. On ${date} the account is deleted for good; nobody can bring it back then.`,
    keep: "To keep it, log in before that day. That is all.",
    exportHint: "Download your data first if you want to have it later.",
    confirmLabel: "Your email address",
    confirmHint: (email: string) => `Type ${email} to confirm.`,
    submit: "Delete my account",
    cancel: "Keep my account",
  },
};

export const accountCentreMail = {
  deletionRequested: {
    subject: (siteName: string) => `Your account at ${siteName} will be deleted`,
    text: (siteName: string, date: string) =>
      `Your account at ${siteName} will be deleted on ${date}, as you asked. Every device is logged out already.`,
    keep: "You changed your mind? Log in before that day, and the account stays as it is.",
  },
};

export const accountCentreFlash = {
  sessionEnded: "That device is logged out.",
  otherSessionsEnded: (count: number) => {
    if (count === 0) return "You were logged in nowhere else.";
    return count === 1 ? "One other login has ended." : `${count} other logins have ended.`;
  },
  deletionScheduled: (date: string) =>
    `Your account will be deleted on ${date}. Log in before then if you want to keep it.`,
  deletionCancelled: "Welcome back. Your account is kept and will not be deleted.",
};

/** Where somebody is logged in, and the notice of a new device. */

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

export const accountSessionsPages = {
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
};

export const accountSessionsMail = {
  newDevice: {
    subject: (siteName: string) => `A new device logged in to your account at ${siteName}`,
    text: (siteName: string) =>
      `Somebody, hopefully you, logged in to your account at ${siteName} on a device that wasn't used for it before.`,
  },
  loginAfterFailures: {
    subject: (siteName: string) => `A login to your account at ${siteName} after wrong passwords`,
    text: (siteName: string) => `Somebody, hopefully you, logged in to your account at ${siteName}.`,
    failures: (count: number) => `A wrong password had been entered ${count} times in a row before that.`,
  },
};

export const accountSessionsFlash = {
  sessionEnded: "That device is logged out.",
  otherSessionsEnded: (count: number) => {
    if (count === 0) return "You were logged in nowhere else.";
    return count === 1 ? "One other login has ended." : `${count} other logins have ended.`;
  },
};

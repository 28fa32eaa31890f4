declare global {
  namespace Latchkey {
    interface Words {
      undo: typeof english;
    }
  }
}

/** "This wasn't me". */
export const english = {
  title: "Wasn't you?",
  intro: "If someone else did what our email says, lock them out here. This is what will happen:",
  restored: (email: string) => `If the email address was changed, it will be ${email} again.`,
  loggedOut: "Every device will be logged out, including yours.",
  passwordOff: "The password will stop working.",
  deletionStopped: "If the account was about to be deleted, it will be kept.",
  mailed: (email: string) => `We'll email ${email} a link to choose a new password.`,
  submit: "Secure my account",
  itWasMe: "Was it you after all? You can close this page. Nothing will happen.",
  flash: {
    undone: (email: string) =>
      `Everyone is logged out. We've emailed ${email} a link to choose a new password.`,
    undoneDisabled:
      "Everyone is logged out. This account is disabled; ask the people who run this site about it.",
  },
  mail: {
    /** At the end of every notice. */
    objection: {
      text: "If this was you, there's nothing to do. If not, tell us: we'll log everyone out and help you get back in.",
      action: "This wasn't me",
      lifetime: (duration: string) => `The link works for ${duration}.`,
    },
    undone: {
      subject: (siteName: string) => `Choose a new password for ${siteName}`,
      text: (siteName: string) =>
        `You told us that a change to your ${siteName} account wasn't yours. This is the account's email address, every device is logged out, and the old password no longer works.`,
      action: "Choose a new password",
      tooOld: "If it has expired, use “Forgot your password?” on the login page to get another.",
    },
    addressTakenBack: {
      subject: (siteName: string) => `An email change on ${siteName} was undone`,
      text: (siteName: string) =>
        `A ${siteName} account was changed to this address, and the owner of its earlier address told us that wasn't them. The account has its earlier address again, and this one can no longer be used for it.`,
      notMe: "If the account is yours, contact the people who run the site.",
    },
  },
  events: {
    user_change_undone: "A change was reported as “not me”, and every device was logged out.",
  },
  ended: {
    undone: "A change was reported as “not me”, so everyone was logged out. Choose a new password.",
  },
  endedShort: {
    undone: "A change was reported as “not me”",
  },
} as const;

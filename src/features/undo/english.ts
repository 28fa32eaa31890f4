declare global {
  namespace Latchkey {
    interface Words {
      undo: typeof english;
    }
  }
}

/** "This wasn't me". */
export const english = {
  title: "That wasn't you?",
  intro: "If somebody else did what our message says, lock them out here. This is what will happen:",
  restored: (email: string) => `The address of the account is ${email} again, if it was changed.`,
  loggedOut: "Every device is logged out, yours too.",
  passwordOff: "The password stops working.",
  deletionStopped: "If the account was about to be deleted, it stays.",
  mailed: (email: string) => `We send a link for choosing a new password to ${email}.`,
  submit: "Lock everybody out",
  itWasMe: "It was you after all? Close this page; nothing will happen.",
  flash: {
    undone: (email: string) =>
      `Everybody is logged out. Look for our mail to ${email} and choose a new password with its link.`,
    undoneDisabled:
      "Everybody is logged out. This account is blocked; ask the people who run this site about it.",
  },
  mail: {
    undone: {
      subject: (siteName: string) => `Choose a new password for ${siteName}`,
      text: (siteName: string) =>
        `You told us that a change of your account at ${siteName} wasn't yours. This is the address of the account, every device is logged out, and the password doesn't work any more.`,
      action: "Choose a new password",
      tooOld: `Is it too old? Ask for another one where you log in, under "Forgot your password?".`,
    },
    addressTakenBack: {
      subject: (siteName: string) => `A change of address at ${siteName} was taken back`,
      text: (siteName: string) =>
        `The owner of the address that an account at ${siteName} had before said that the change to this one wasn't theirs. The account has its former address again; this one can't be used for it any more.`,
      notMe: "Was the account yours? Write to the people who run the site.",
    },
  },
  events: {
    user_change_undone: "A change was undone by mail, and every login ended.",
  },
  ended: {
    undone: "Somebody said by mail that a change wasn't theirs, so every login ended. Choose a new password.",
  },
  endedShort: {
    undone: "A change was undone by mail",
  },
} as const;

declare global {
  namespace Latchkey {
    interface Words {
      accountData: typeof english;
    }
  }
}

/** The download and the deletion of an account. */
export const english = {
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
  flash: {
    deletionScheduled: (date: string) =>
      `Your account will be deleted on ${date}. Log in before then if you want to keep it.`,
    deletionCancelled: "Welcome back. Your account is kept and will not be deleted.",
  },
  mail: {
    deletionRequested: {
      subject: (siteName: string) => `Your account at ${siteName} will be deleted`,
      text: (siteName: string, date: string) =>
        `Your account at ${siteName} will be deleted on ${date}, as you asked. Every device is logged out already.`,
      keep: "You changed your mind? Log in before that day, and the account stays as it is.",
    },
  },
  fieldErrors: {
    confirm_mismatch: "That isn't the email address of this account. Type it as it stands above.",
    last_administrator:
      "You are the last administrator. Make somebody else an administrator first, then delete this account.",
  },
  requiredFields: {
    confirm: "Enter your email address.",
  },
  events: {
    "sensitive_read:account_export": "The data of the account was downloaded.",
    user_deleted: "The account was deleted.",
    user_deletion_cancelled: "The account is kept: somebody logged in before it was deleted.",
    user_deletion_requested: "The account was to be deleted.",
  },
  ended: {
    deletion_requested: "This account is to be deleted. Log in to keep it.",
  },
  endedShort: {
    deletion_requested: "The account was to be deleted",
  },
} as const;

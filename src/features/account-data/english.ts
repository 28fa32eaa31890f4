declare global {
  namespace Latchkey {
    interface Words {
      accountData: typeof english;
    }
  }
}

/** The download and the deletion of an account. */
export const english = {
  download: {
    title: "Download your data",
    intro: "Everything this site keeps about you, in one file.",
    whatTitle: "What's inside",
    whatOfYours: "Your account, everything you told us about yourself, and what you created here.",
    whatOfDevices: "Your devices and logins, and the activity of your account.",
    whatOfMails: "A list of the emails we sent you.",
    format: "The file is JSON, which other programs can read. It holds no passwords. Keep it to yourself.",
    limit: (count: number) =>
      count === 1
        ? "You can download it once an hour."
        : `You can download it ${count} times an hour, one download at a time.`,
    submit: "Download",
  },
  title: "Delete your account",
  intro: (grace: string) => `We'll delete it ${grace} after you ask. Until then, you can change your mind.`,
  whatTitle: "What we'll delete",
  whatOfYours: "Your account, everything you told us about yourself, and everything you created here.",
  whatOfAccess: "Your password and the list of your devices.",
  whatOfTraces: "The emails we sent you, and the records of your devices and IP addresses.",
  whenTitle: "What happens next",
  when: (date: string) =>
    `All devices are logged out right away. On ${date} the account is deleted for good and can't be restored.`,
  keep: "Changed your mind? Just log in before then.",
  exportHint: "Download a copy of your data first.",
  confirmLabel: "Your email address",
  confirmHint: (email: string) => `Type ${email} to confirm.`,
  submit: "Delete my account",
  cancel: "Keep my account",
  flash: {
    deletionScheduled: (date: string) =>
      `Your account will be deleted on ${date}. Log in before then if you want to keep it.`,
    deletionCancelled: "Welcome back. Your account won't be deleted.",
  },
  mail: {
    deletionRequested: {
      subject: (siteName: string) => `Your ${siteName} account will be deleted`,
      text: (siteName: string, date: string) =>
        `As you asked, your ${siteName} account will be deleted on ${date}. All devices have been logged out.`,
      keep: "Changed your mind? Just log in before then, and everything stays as it is.",
    },
  },
  fieldErrors: {
    confirm_mismatch: "That isn't the email address of this account. Type it exactly as shown.",
    last_administrator:
      "You're the last administrator. Make someone else an administrator first, then delete this account.",
  },
  requiredFields: {
    confirm: "Enter your email address.",
  },
  events: {
    sensitive_read: "Account data was read.",
    "sensitive_read:account_export": "Account data downloaded.",
    user_deleted: "Account deleted.",
    user_deletion_cancelled: "Deletion cancelled by logging in.",
    user_deletion_requested: "Account deletion requested.",
  },
  ended: {
    deletion_requested: "This account is scheduled for deletion. Log in to keep it.",
  },
  endedShort: {
    deletion_requested: "Account deletion requested",
  },
} as const;

declare global {
  namespace Latchkey {
    interface Words {
      account: typeof english;
    }
  }
}

/** The account centre and the change of its password. */
export const english = {
  title: "Your account",
  intro: "Your details, your security and your data.",
  memberSince: "Member since",
  emailConfirmed: "Confirmed",
  emailNotConfirmed: "Not confirmed",
  securityTitle: "Security",
  dataTitle: "Your data",
  links: {
    password: { label: "Password", description: "Choose a new password." },
    email: { label: "Email address", description: "Change the address you log in with." },
    sessions: {
      label: "Your devices",
      description: "See where you're logged in, and log out anything you don't recognise.",
    },
    activity: { label: "Activity", description: "Recent logins and changes." },
    export: {
      label: "Download your data",
      description: "Everything this site keeps about you, in one file.",
    },
    delete: { label: "Delete account", description: "Close the account and remove its data." },
  },
  changePassword: {
    title: "Change your password",
    intro: "You'll stay logged in here. All other devices will be logged out.",
    currentLabel: "Current password",
    submit: "Change password",
  },
  firstPassword: {
    title: "Choose a password",
    intro: "Your account has no password at the moment. All other devices will be logged out.",
    submit: "Save password",
  },
  flash: {
    passwordChanged: "Your password has been changed, and all other devices have been logged out.",
  },
  mail: {
    passwordChanged: {
      subject: (siteName: string) => `Your ${siteName} password was changed`,
      text: (siteName: string) =>
        `The password of your ${siteName} account was just changed from a logged-in device. All other devices have been logged out.`,
    },
  },
  requiredFields: {
    current_password: "Enter your current password.",
  },
  events: {
    authn_password_change: "Password changed.",
    authn_password_change_fail: "Password not changed: the current one was wrong.",
  },
  ended: {
    password_changed: "Your password was changed. Log in with the new one.",
  },
  endedShort: {
    password_changed: "Password changed",
  },
} as const;

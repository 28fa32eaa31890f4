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
    email: { label: "Email address", description: "Change where we reach you." },
    sessions: {
      label: "Logged-in devices",
      description: "See where you are logged in and end what isn't you.",
    },
    activity: { label: "Activity", description: "Logins and changes of this account." },
    export: {
      label: "Download your data",
      description: "Everything this site keeps about you, in one file.",
    },
    delete: { label: "Delete account", description: "Close the account and remove its data." },
  },
  changePassword: {
    title: "Change your password",
    intro: "You stay logged in here. Every other device is logged out.",
    currentLabel: "Current password",
    submit: "Change password",
  },
  flash: {
    passwordChanged: "Your password is changed. Every other device is logged out.",
  },
  mail: {
    passwordChanged: {
      subject: (siteName: string) => `Your password for ${siteName} was changed`,
      text: (siteName: string) =>
        `The password of your account at ${siteName} was changed by somebody who is logged in. Every other device was logged out.`,
    },
  },
  requiredFields: {
    current_password: "Enter your current password.",
  },
  events: {
    authn_password_change: "The password was changed.",
    authn_password_change_fail: "The password was not changed: the current one was wrong.",
  },
  ended: {
    password_changed: "Your password was changed. Log in with the new one.",
  },
  endedShort: {
    password_changed: "The password was changed",
  },
} as const;

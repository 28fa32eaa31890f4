declare global {
  namespace Latchkey {
    interface Words {
      passwordReset: typeof english;
    }
  }
}

/** Forgotten passwords. */
export const english = {
  intro: "Enter your address and we send you a link for choosing a new one.",
  submit: "Send the link",
  sentTitle: "Check your mail for the link",
  sent: (email: string) => `If ${email} has an account, a link is on its way.`,
  remembered: "Remembered it?",
  choose: {
    title: "Choose a new password",
    intro: "Every device is logged out. Log in with the new password afterwards.",
    submit: "Save password",
  },
  flash: {
    passwordChosen: "Your new password is saved. Log in with it.",
  },
  mail: {
    reset: {
      subject: (siteName: string) => `Choose a new password for ${siteName}`,
      text: (siteName: string) =>
        `Somebody, hopefully you, asked for a new password for your account at ${siteName}.`,
      action: "Choose a new password",
      notMe: "You didn't ask? Ignore this message; your password stays as it is.",
    },
    done: {
      subject: (siteName: string) => `Your password for ${siteName} was reset`,
      text: (siteName: string) =>
        `A new password was chosen by a link for your account at ${siteName}. Every device was logged out.`,
    },
  },
  events: {
    "authn_password_change:link": "A new password was chosen by a mailed link.",
    authn_password_reset_requested: "A link for a new password was asked for.",
    "authn_token_created:choose_password": "A link for choosing a password was made.",
  },
  ended: {
    password_reset: "Your password was reset. Log in with the new one.",
  },
  endedShort: {
    password_reset: "A new password was chosen",
  },
} as const;

declare global {
  namespace Latchkey {
    interface Words {
      passwordReset: typeof english;
    }
  }
}

/** Forgotten passwords. */
export const english = {
  intro: "Enter your email address and we'll send you a link to choose a new password.",
  submit: "Send the link",
  sentTitle: "Check your email for the link",
  sent: (email: string) => `If there's an account for ${email}, we've sent it a link.`,
  remembered: "Remember it after all?",
  choose: {
    title: "Choose a new password",
    intro: "You'll be logged out everywhere. Then log in with your new password.",
    submit: "Save password",
  },
  flash: {
    passwordChosen: "Your new password is saved. You can log in with it now.",
  },
  mail: {
    reset: {
      subject: (siteName: string) => `Choose a new password for ${siteName}`,
      text: (siteName: string) => `You asked to choose a new password for your ${siteName} account.`,
      action: "Choose a new password",
      notMe: "Didn't ask for this? You can ignore this email. Your password won't change.",
    },
    done: {
      subject: (siteName: string) => `Your ${siteName} password was reset`,
      text: (siteName: string) =>
        `A new password was just chosen for your ${siteName} account, using a link from an email. All devices have been logged out.`,
    },
  },
  events: {
    "authn_password_change:link": "New password chosen with a link from an email.",
    authn_password_reset_requested: "Password reset requested.",
    "authn_token_created:choose_password": "Link to choose a password created.",
  },
  ended: {
    password_reset: "Your password was reset. Log in with the new one.",
  },
  endedShort: {
    password_reset: "New password chosen",
  },
} as const;

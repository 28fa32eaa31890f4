declare global {
  namespace Latchkey {
    interface Words {
      emailChange: typeof english;
    }
  }
}

/** Changes of address. */
export const english = {
  title: "Change your email address",
  intro: (email: string) => `Your current address is ${email}.`,
  waiting: (email: string) =>
    `Waiting for you to confirm ${email}. Open the link we sent there, or enter an address again to get a new link.`,
  newLabel: "New email address",
  newHint: "We'll send a link there. Nothing changes until you open it.",
  submit: "Send the link",
  sentTitle: "Check your new inbox",
  sent: (email: string) => `We sent an email to ${email}. Open the link in it to start using this address.`,
  untilThen: "Until then, log in with your current address.",
  told: "We also let your current address know.",
  toAccount: "Back to your account",
  confirm: {
    title: "Confirm your new address",
    sentence: (email: string) => `Is ${email} your address? Confirm it to use it for your account.`,
    explanation: "All other devices will be logged out.",
    onlyYours:
      "You aren't logged in here. Only confirm if you asked for this. Otherwise you'd be giving your address to someone else's account.",
    submit: "Use this address",
    notMe: "Didn't ask for this? You can close this page. Nothing will happen.",
  },
  flash: {
    emailChanged: (email: string) => `Your email address is now ${email}.`,
  },
  mail: {
    confirm: {
      subject: (siteName: string) => `Confirm your new address for ${siteName}`,
      text: (siteName: string) =>
        `You asked to use this address for your ${siteName} account. Confirm it, and it will replace your current one.`,
      action: "Confirm address",
      notMe: "Didn't ask for this? You can ignore this email. Nothing will change.",
    },
    taken: {
      subject: (siteName: string) => `You already use this address on ${siteName}`,
      text: (siteName: string) =>
        `Someone tried to use this address for another ${siteName} account. It already belongs to yours, so nothing was changed.`,
      notMe: "If that wasn't you, there's nothing to do. They learned nothing about your account.",
    },
    requested: {
      subject: (siteName: string) => `Email change requested for your ${siteName} account`,
      text: (siteName: string) =>
        `A new email address was requested for your ${siteName} account. Nothing has changed yet: the new address has to be confirmed first.`,
    },
    changed: {
      subject: (siteName: string) => `Your ${siteName} email address was changed`,
      text: (siteName: string) =>
        `The email address of your ${siteName} account was changed. You can no longer log in or reset your password with this one.`,
    },
    newAddress: {
      subject: (siteName: string) => `Your new email address for ${siteName}`,
      text: (siteName: string) =>
        `This is now the email address of your ${siteName} account. Use it to log in. All other devices have been logged out.`,
      action: "Open your account",
      notMe:
        "If that wasn't you, tell the people who run the site. They can remove this address from the account.",
    },
  },
  fieldErrors: {
    same_email: "That's already your email address.",
  },
  events: {
    user_email_change_requested: "Email change requested.",
    user_email_changed: "Email address changed.",
  },
  ended: {
    email_changed:
      "The email address of this account was changed, so other devices were logged out. Please log in again.",
  },
  endedShort: {
    email_changed: "Email address changed",
  },
} as const;

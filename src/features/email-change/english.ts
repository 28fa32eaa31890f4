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
  intro: (email: string) => `We reach you at ${email} now.`,
  waiting: (email: string) =>
    `Waiting: ${email} isn't confirmed yet. Open the link we sent there, or enter an address again to get a new link.`,
  newLabel: "New email address",
  newHint: "We send a link there. Until you open it, nothing changes.",
  submit: "Send the link",
  sentTitle: "Check your mail at the new address",
  sent: (email: string) =>
    `We sent a message to ${email}. Open the link in it to use this address from now on.`,
  untilThen: "Until then you log in with the address you have.",
  told: "We told your present address about it as well.",
  toAccount: "Back to your account",
  confirm: {
    title: "Confirm your new address",
    sentence: (email: string) =>
      `Is ${email} your address? Confirm it to use it for your account from now on.`,
    explanation: "Every other device is logged out.",
    onlyYours:
      "You aren't logged in here. Confirm only if you asked for this yourself: the account belongs to whoever did, and your address would be part of it.",
    submit: "Use this address",
    notMe: "You didn't ask for this? Close this page; nothing will happen.",
  },
  flash: {
    emailChanged: (email: string) => `The address is changed to ${email}. Use it from now on.`,
  },
  mail: {
    confirm: {
      subject: (siteName: string) => `Confirm your new address for ${siteName}`,
      text: (siteName: string) =>
        `Somebody, hopefully you, wants to use this address for an account at ${siteName}. Confirm it, and it replaces the address the account has now.`,
      action: "Confirm address",
      notMe: "That wasn't you? Ignore this message; nothing will happen without you.",
    },
    taken: {
      subject: (siteName: string) => `Your address was entered at ${siteName}`,
      text: (siteName: string) =>
        `Somebody, maybe you, tried to use this address for another account at ${siteName}. It belongs to your account, so nothing was changed.`,
      notMe:
        "That wasn't you? Then there is nothing to do: whoever it was learned nothing about your account.",
    },
    requested: {
      subject: (siteName: string) => `A new address was asked for at ${siteName}`,
      text: (siteName: string) =>
        `Somebody who is logged in to your account at ${siteName} asked to change its email address. Nothing has changed yet: the new address has to be confirmed first.`,
    },
    changed: {
      subject: (siteName: string) => `Your address at ${siteName} was changed`,
      text: (siteName: string) =>
        `The email address of your account at ${siteName} was changed. This address can't be used there any more, neither for logging in nor for a new password.`,
    },
    newAddress: {
      subject: (siteName: string) => `This is your address at ${siteName} now`,
      text: (siteName: string) =>
        `The email address of your account at ${siteName} is this one from now on. Log in with it. Every other device was logged out.`,
      action: "Open your account",
      notMe:
        "That wasn't you? Tell the people who run the site; they can take this address out of the account.",
    },
  },
  fieldErrors: {
    same_email: "This is your address already. Enter another one.",
  },
  events: {
    user_email_change_requested: "Another email address was asked for.",
    user_email_changed: "The email address was changed.",
  },
  ended: {
    email_changed: "The address of this account was changed, which ended other logins. Log in to go on.",
  },
  endedShort: {
    email_changed: "The email address was changed",
  },
} as const;

/** Changes of address, and "this wasn't me". */

export const emailChangePages = {
  changeEmail: {
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
    lifetime: (duration: string) =>
      `The link works for ${duration} and can be used once. Until then you log in with the address you have.`,
    told: "We told your present address about it as well.",
    toAccount: "Back to your account",
  },
  confirmEmailChange: {
    title: "Confirm your new address",
    sentence: (email: string) =>
      `Is ${email} your address? Confirm it to use it for your account from now on.`,
    explanation: "Every other device is logged out.",
    submit: "Use this address",
    notMe: "You didn't ask for this? Close this page; nothing will happen.",
  },
  undo: {
    title: "That wasn't you?",
    intro: "If somebody else did what our message says, lock them out here. This is what will happen:",
    restored: (email: string) => `The address of the account is ${email} again, if it was changed.`,
    loggedOut: "Every device is logged out, yours too.",
    passwordOff: "The password stops working.",
    deletionStopped: "If the account was about to be deleted, it stays.",
    mailed: (email: string) => `We send a link for choosing a new password to ${email}.`,
    submit: "Lock everybody out",
    itWasMe: "It was you after all? Close this page; nothing will happen.",
  },
} as const;

export const emailChangeMail = {
  changeEmail: {
    subject: (siteName: string) => `Confirm your new address for ${siteName}`,
    text: (siteName: string) =>
      `Somebody, hopefully you, wants to use this address for an account at ${siteName}. Confirm it, and it replaces the address the account has now.`,
    action: "Confirm address",
    lifetime: (duration: string) => `The link works for ${duration} and can be used once.`,
    notMe: "That wasn't you? Ignore this message; nothing will happen without you.",
  },
  changeToTaken: {
    subject: (siteName: string) => `Your address was entered at ${siteName}`,
    text: (siteName: string) =>
      `Somebody, maybe you, tried to use this address for another account at ${siteName}. It belongs to your account, so nothing was changed.`,
    action: "Log in",
    notMe: "That wasn't you? Then there is nothing to do: whoever it was learned nothing about your account.",
  },
  changeEmailNotice: {
    subject: (siteName: string) => `A new address was asked for at ${siteName}`,
    text: (siteName: string) =>
      `Somebody who is logged in to your account at ${siteName} asked to change its email address. Nothing has changed yet: the new address has to be confirmed first.`,
  },
  emailChangedNotice: {
    subject: (siteName: string) => `Your address at ${siteName} was changed`,
    text: (siteName: string) =>
      `The email address of your account at ${siteName} was changed. This address can't be used there any more, neither for logging in nor for a new password.`,
  },
  emailChanged: {
    subject: (siteName: string) => `This is your address at ${siteName} now`,
    text: (siteName: string) =>
      `The email address of your account at ${siteName} is this one from now on. Log in with it. Every other device was logged out.`,
    action: "Open your account",
    notMe:
      "That wasn't you? Tell the people who run the site; they can take this address out of the account.",
  },
  undone: {
    subject: (siteName: string) => `Choose a new password for ${siteName}`,
    text: (siteName: string) =>
      `You told us that a change of your account at ${siteName} wasn't yours. This is the address of the account, every device is logged out, and the password doesn't work any more.`,
    action: "Choose a new password",
    lifetime: (duration: string) =>
      `The link works for ${duration} and can be used once. Is it too old? Ask for another one where you log in, under "Forgot your password?".`,
  },
  addressTakenBack: {
    subject: (siteName: string) => `A change of address at ${siteName} was taken back`,
    text: (siteName: string) =>
      `The owner of the address that an account at ${siteName} had before said that the change to this one wasn't theirs. The account has its former address again; this one can't be used for it any more.`,
    notMe: "Was the account yours? Write to the people who run the site.",
  },
} as const;

export const emailChangeFlash = {
  emailChanged: (email: string) => `The address is changed to ${email}. Use it from now on.`,
  undone: (email: string) =>
    `Everybody is logged out. Look for our mail to ${email} and choose a new password with its link.`,
  undoneDisabled:
    "Everybody is logged out. This account is blocked; ask the people who run this site about it.",
} as const;

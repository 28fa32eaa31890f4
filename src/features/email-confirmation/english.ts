declare global {
  namespace Latchkey {
    interface Words {
      emailConfirmation: typeof english;
    }
  }
}

/** The confirmation of an address. */
export const english = {
  title: "Confirm your email address",
  sentence: (email: string) => `Is ${email} your address? Confirm it to finish your registration.`,
  submit: "Confirm address",
  choosePasswordTitle: "Choose a password to finish",
  choosePasswordIntro: "This isn't the browser you registered with, so choose a password here.",
  choosePasswordSubmit: "Confirm and log in",
  notMe: "You didn't register? Close this page; nothing will happen.",
  newLinkIntro: "Enter your address and we send you a new link.",
  newLinkSubmit: "Send a new link",
  flash: {
    confirmed: "Thank you, your email address is confirmed.",
  },
  errors: {
    password_required: {
      title: "Choose a password",
      sentence: "You opened this link in another browser. Choose a password to finish.",
    },
  },
  fieldErrors: {
    password_required: "Choose a password to finish.",
  },
  events: {
    user_confirmation_requested: "A link for confirming the email address was asked for.",
    user_email_confirmed: "The email address was confirmed.",
  },
  ended: {
    email_confirmed: "The address of this account was confirmed by its owner, which ended earlier logins.",
  },
  endedShort: {
    email_confirmed: "The email address was confirmed by its owner",
  },
} as const;

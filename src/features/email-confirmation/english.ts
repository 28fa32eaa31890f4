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
  sentence: (email: string) => `Is ${email} your address? Confirm it to finish signing up.`,
  submit: "Confirm address",
  choosePasswordTitle: "Choose a password to finish",
  choosePasswordIntro:
    "You signed up in a different browser. To keep your account safe, choose a password here; it replaces the first one.",
  choosePasswordSubmit: "Confirm and log in",
  notMe: "Didn't sign up? You can close this page. Nothing will happen.",
  newLinkIntro: "Enter your email address and we'll send you a new link.",
  newLinkSubmit: "Send a new link",
  flash: {
    confirmed: "Thanks, your email address is confirmed.",
  },
  errors: {
    password_required: {
      title: "Choose a password",
      sentence: "You signed up in a different browser. Choose a password to finish.",
    },
  },
  fieldErrors: {
    password_required: "Choose a password to finish.",
  },
  events: {
    user_confirmation_requested: "Confirmation link requested.",
    user_email_confirmed: "Email address confirmed.",
  },
  ended: {
    email_confirmed:
      "The owner of this address confirmed it, so earlier sessions ended. Please log in again.",
  },
  endedShort: {
    email_confirmed: "Email address confirmed by its owner",
  },
} as const;

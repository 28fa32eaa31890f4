declare global {
  namespace Latchkey {
    interface Words {
      registration: typeof english;
    }
  }
}

/** Registration. */
export const english = {
  title: "Create your account",
  intro: "It takes a minute.",
  usernameHint: (minimum: number, maximum: number) =>
    `${minimum} to ${maximum} letters, digits, dots, dashes or underscores. Other people can see it.`,
  submit: "Create account",
  haveAccount: "Have an account already?",
  sentTitle: "Check your mail",
  sent: (email: string) => `We sent a message to ${email}. Open the link in it to go on.`,
  flash: {
    registered: "Welcome! Your account is ready.",
  },
  mail: {
    confirm: {
      subject: (siteName: string) => `Confirm your email address for ${siteName}`,
      text: (siteName: string) =>
        `Somebody, hopefully you, registered at ${siteName} with this address. Confirm it to finish.`,
      action: "Confirm address",
      notMe: "You didn't register? Ignore this message; nothing will happen without you.",
    },
    taken: {
      subject: (siteName: string) => `You already have an account at ${siteName}`,
      text: (siteName: string) =>
        `Somebody, maybe you, tried to register at ${siteName} with this address. It has an account already, so nothing was changed.`,
      notMe:
        "That wasn't you? Then there is nothing to do: whoever it was learned nothing about your account.",
    },
  },
  errors: {
    email_taken: {
      title: "This address has an account",
      sentence: "Log in with it, or choose a new password if you forgot yours.",
    },
    username_taken: {
      title: "This username is taken",
      sentence: "Choose another one.",
    },
    registration_closed: {
      title: "Registration is closed",
      sentence: "New accounts need an invitation. Ask the people who run this site for one.",
    },
  },
  fieldErrors: {
    email_taken: "This address has an account. Log in with it, or use another address.",
    username_taken: "This username is taken. Choose another one.",
  },
  events: {
    "authn_login_success:registration": "Logged in after registering.",
    user_created: "The account was made.",
    user_registration_requested: "Somebody tried to register with the address of this account.",
  },
} as const;

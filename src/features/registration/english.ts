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
  /** In the header. */
  link: "Create account",
  intro: "It takes a minute.",
  usernameHint: (minimum: number, maximum: number) =>
    `${minimum} to ${maximum} letters, digits, dots, dashes or underscores. Others will see it.`,
  submit: "Create account",
  haveAccount: "Already have an account?",
  sentTitle: "Check your email",
  sent: (email: string) => `We sent an email to ${email}. Open the link in it to continue.`,
  flash: {
    registered: "Welcome! Your account is ready.",
  },
  mail: {
    confirm: {
      subject: (siteName: string) => `Confirm your email address for ${siteName}`,
      text: (siteName: string) =>
        `Thanks for signing up for ${siteName}. Confirm your email address to finish.`,
      action: "Confirm address",
      notMe: "Didn't sign up? You can ignore this email. Nothing will happen.",
    },
    taken: {
      subject: (siteName: string) => `You already have a ${siteName} account`,
      text: (siteName: string) =>
        `Someone tried to sign up for ${siteName} with this address. You already have an account, so nothing was changed.`,
      notMe: "If that wasn't you, there's nothing to do. They learned nothing about your account.",
    },
  },
  errors: {
    registration_closed: {
      title: "Registration is closed",
      sentence: "New accounts need an invitation. Ask the people who run this site for one.",
    },
  },
  events: {
    "authn_login_success:registration": "Logged in after signing up.",
    user_created: "Account created.",
    user_registration_requested: "Someone tried to sign up with the address of this account.",
  },
} as const;

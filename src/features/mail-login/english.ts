declare global {
  namespace Latchkey {
    interface Words {
      mailLogin: typeof english;
    }
  }
}

/** Sign-in by mail. */
export const english = {
  title: "Log in by email",
  intro: "Enter your email address and we'll send you a link and a code. No password needed.",
  submit: "Email me a link and code",
  /** On the login page. */
  link: "Log in by email instead",
  byPassword: "Log in with your password",
  sentTitle: "Check your email to log in",
  sent: (email: string) => `If there's an account for ${email}, we've sent it an email.`,
  howTo: "Open the link in this browser, or enter the code below.",
  lifetime: (duration: string) => `Both work for ${duration}.`,
  codeTitle: "Enter your code",
  codeIntro: "It's in the email we sent you.",
  newMail: "Send a new email",
  confirmTitle: "Log in?",
  confirmIntro: (name: string) => `You asked to log in as ${name}.`,
  notMe: "Didn't ask for this? You can close this page. Nothing will happen.",
  keepCode: "Didn't ask for this? Close this page, and don't share the code with anyone.",
  mail: {
    subject: (siteName: string) => `Log in to ${siteName}`,
    text: (siteName: string) => `You asked to log in to ${siteName}.`,
    code: "Enter this code in the browser where you started:",
    link: "If you're reading this on the same device, you can open the link in that browser instead.",
    lifetime: (duration: string) =>
      `The code and the link expire in ${duration}. You can use one of them, once.`,
    notMe:
      "Didn't ask for this? You can ignore this email. Don't share the code with anyone, even if they ask for it.",
  },
  errors: {
    other_browser: {
      title: "Go back to the browser you started in",
      sentence:
        "You started logging in in a different browser. Go back to it and enter the code from the email.",
    },
  },
  events: {
    "authn_login_success:email_link": "Logged in with a link or code from an email.",
    "authn_login_fail:email_link": "Login by email refused: the code was wrong or had expired.",
    authn_mail_login_requested: "Login by email requested.",
    "authn_token_created:mail_login": "Login link emailed.",
  },
} as const;

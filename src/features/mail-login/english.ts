declare global {
  namespace Latchkey {
    interface Words {
      mailLogin: typeof english;
    }
  }
}

/** Sign-in by mail. */
export const english = {
  title: "Log in by mail",
  intro: "Enter your address and we send you a link and a code. You need no password.",
  submit: "Send the mail",
  /** On the login page. */
  link: "Log in by mail instead",
  byPassword: "Log in with your password",
  sentTitle: "Check your mail to log in",
  sent: (email: string) => `If ${email} has an account, a message is on its way.`,
  howTo: "Open the link in it in this browser, or type its code here.",
  lifetime: (duration: string) => `Both work for ${duration}.`,
  codeTitle: "Type the code",
  codeIntro: "It is in the message we sent you.",
  codeLabel: "Code from the mail",
  codeHint: "Eight letters.",
  newMail: "Send a new mail",
  confirmTitle: "Log in?",
  confirmIntro: (name: string) => `You asked to log in as ${name}.`,
  notMe: "You didn't ask for this? Close this page; nothing will happen.",
  keepCode: "You didn't ask for it? Then close this page, and don't give the code to anybody.",
  mail: {
    subject: (siteName: string) => `Log in to ${siteName}`,
    text: (siteName: string) => `Somebody, hopefully you, asked to log in to ${siteName} with this address.`,
    code: "Type this code in the browser where you asked:",
    link: "If you read this on the same device, you can open the link in that browser instead.",
    lifetime: (duration: string) =>
      `The code and the link work for ${duration} from that time, and one of them can be used once.`,
    notMe:
      "You didn't ask for this? Ignore this message, and don't give the code to anybody, whoever asks for it. Nobody gets in without it.",
  },
  errors: {
    other_browser: {
      title: "Go back to the browser you started in",
      sentence:
        "This was asked for in another browser, so nobody is logged in here. Go back there and type the code from the mail.",
    },
  },
  fieldErrors: {
    wrong_code: "This isn't the code of your last mail, or it is too old. Check it, or have a new mail sent.",
  },
  requiredFields: {
    code: "Enter the code from the mail.",
  },
  events: {
    "authn_login_success:email_link": "Logged in by a mailed link or its code.",
    "authn_login_fail:email_link": "A login by mail was refused: the code was wrong or too old.",
    authn_mail_login_requested: "A link for logging in was asked for.",
    "authn_token_created:mail_login": "A link for logging in was mailed.",
  },
} as const;

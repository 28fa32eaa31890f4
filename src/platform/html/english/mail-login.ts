/** Sign-in by mail. */

export const mailLoginPages = {
  mailLogin: {
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
    submitCode: "Log in",
    newMail: "Send a new mail",
    confirmTitle: "Log in?",
    confirmIntro: (name: string) => `You asked to log in as ${name}.`,
    confirmSubmit: "Log in",
    notMe: "You didn't ask for this? Close this page; nothing will happen.",
    keepCode: "You didn't ask for it? Then close this page, and don't give the code to anybody.",
  },
} as const;

export const mailLoginMail = {
  mailLogin: {
    subject: (siteName: string) => `Log in to ${siteName}`,
    text: (siteName: string) => `Somebody, hopefully you, asked to log in to ${siteName} with this address.`,
    code: "Type this code in the browser where you asked:",
    link: "If you read this on the same device, you can open the link in that browser instead.",
    action: "Log in",
    lifetime: (duration: string) =>
      `The code and the link work for ${duration} from that time, and one of them can be used once.`,
    notMe:
      "You didn't ask for this? Ignore this message, and don't give the code to anybody, whoever asks for it. Nobody gets in without it.",
  },
} as const;

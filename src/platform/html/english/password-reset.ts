/** Forgotten and changed passwords. */

export const passwordResetPages = {
  forgotPassword: {
    title: "Forgot your password?",
    intro: "Enter your address and we send you a link for choosing a new one.",
    submit: "Send the link",
    sentTitle: "Check your mail for the link",
    sent: (email: string) => `If ${email} has an account, a link is on its way.`,
    remembered: "Remembered it?",
    loginLink: "Log in",
  },
} as const;

export const passwordResetMail = {
  reset: {
    subject: (siteName: string) => `Choose a new password for ${siteName}`,
    text: (siteName: string) =>
      `Somebody, hopefully you, asked for a new password for your account at ${siteName}.`,
    action: "Choose a new password",
    lifetime: (duration: string) => `The link works for ${duration} and can be used once.`,
    notMe: "You didn't ask? Ignore this message; your password stays as it is.",
  },
  passwordReset: {
    subject: (siteName: string) => `Your password for ${siteName} was reset`,
    text: (siteName: string) =>
      `A new password was chosen by a link for your account at ${siteName}. Every device was logged out.`,
  },
  passwordChanged: {
    subject: (siteName: string) => `Your password for ${siteName} was changed`,
    text: (siteName: string) =>
      `The password of your account at ${siteName} was changed by somebody who is logged in. Every other device was logged out.`,
  },
} as const;

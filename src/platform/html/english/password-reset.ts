import { linkLifetime } from "./link-lifetime.ts";

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
  choosePassword: {
    title: "Choose a new password",
    intro: "Every device is logged out. Log in with the new password afterwards.",
    submit: "Save password",
  },
} as const;

export const passwordResetMail = {
  reset: {
    subject: (siteName: string) => `Choose a new password for ${siteName}`,
    text: (siteName: string) =>
      `Somebody, hopefully you, asked for a new password for your account at ${siteName}.`,
    action: "Choose a new password",
    lifetime: linkLifetime,
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
  passwordOff: {
    subject: (siteName: string) => `Your password for ${siteName} doesn't work any more`,
    text: (siteName: string, failures: number) =>
      `A wrong password was entered ${failures} times in a row for your account at ${siteName}, so it doesn't work any more where it was tried. Choose a new one to log in there.`,
    known: "Devices that you logged in on before go on as they did.",
    action: "Choose a new password",
  },
} as const;

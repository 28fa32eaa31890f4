/** Forgotten and changed passwords. */

export const passwordResetPages = {
  forgotPassword: {
    title: "Forgot your password?",
    intro: "Enter your address and we send you a link for choosing a new one.",
    submit: "Send the link",
    sentTitle: "Check your mail",
    sent: (email: string) => `If ${email} has an account, a link is on its way.`,
    remembered: "Remembered it?",
    loginLink: "Log in",
  },
} as const;

export const passwordResetMail = {} as const;

declare global {
  namespace Latchkey {
    interface Words {
      login: typeof english;
    }
  }
}

/** Sign-in by password. */
export const english = {
  title: "Log in",
  intro: (siteName: string) => `Welcome back to ${siteName}.`,
  identifierLabel: "Email or username",
  submit: "Log in",
  /** Around the sentence about waiting. */
  tooMany: (wait: string) =>
    `Too many wrong passwords. ${wait} To get in right away, use “Forgot your password?” below.`,
  noAccount: "New here?",
  registerLink: "Create an account",
  errors: {
    invalid_credentials: {
      title: "Not logged in",
      sentence: "The email, username or password is wrong.",
    },
  },
  requiredFields: {
    login: "Enter your email address or username.",
  },
  events: {
    authn_login_success: "Logged in.",
    "authn_login_success:password": "Logged in with a password.",
    authn_login_fail: "Login refused.",
    "authn_login_fail:password": "Login refused: wrong password.",
    authn_login_successafterfail: "This login came right after wrong passwords.",
    authn_password_upgrade: "Password protection upgraded. The password stays the same.",
  },
} as const;

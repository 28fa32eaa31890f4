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
  /** Follows the sentence about waiting. */
  wayAround: "Is somebody else trying to get in? Choose a new password by “Forgot your password?” below.",
  noAccount: "New here?",
  registerLink: "Create an account",
  flash: {
    signedIn: "You are logged in.",
  },
  errors: {
    invalid_credentials: {
      title: "Not logged in",
      sentence: "Invalid email or password.",
    },
    password_change_required: {
      title: "Choose a new password",
      sentence: "Your password has to be replaced before you can log in.",
    },
  },
  requiredFields: {
    login: "Enter your email address or username.",
  },
  events: {
    authn_login_success: "Logged in.",
    "authn_login_success:password": "Logged in with the password.",
    authn_login_fail: "A login was refused.",
    "authn_login_fail:password": "A login with a wrong password was refused.",
    authn_login_successafterfail: "That login came right after wrong passwords.",
    authn_password_upgrade: "The protection of the stored password was renewed. The password is the same.",
  },
} as const;

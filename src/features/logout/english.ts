declare global {
  namespace Latchkey {
    interface Words {
      logout: typeof english;
    }
  }
}

/** Logging out. */
export const english = {
  title: "Log out?",
  sentence: "You will need your password to come back.",
  submit: "Log out",
  stay: "Stay logged in",
  flash: {
    signedOut: "You are logged out.",
  },
  endedShort: {
    logout: "Logged out",
  },
} as const;

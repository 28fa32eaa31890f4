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
  sentence: "You can log back in at any time.",
  submit: "Log out",
  stay: "Stay logged in",
  flash: {
    signedOut: "You're logged out.",
  },
  events: {
    "session_ended:logout": "Logged out.",
  },
  endedShort: {
    logout: "Logged out",
  },
} as const;

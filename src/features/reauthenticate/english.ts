declare global {
  namespace Latchkey {
    interface Words {
      reauthenticate: typeof english;
    }
  }
}

/** The repeated proof before a sensitive action. */
export const english = {
  title: "Confirm it's you",
  intro: (name: string) => `You're logged in as ${name}. Enter your password to continue.`,
  submit: "Confirm",
  flash: {
    reauthenticated: "Thanks, you're confirmed.",
  },
  errors: {
    reauthentication_required: {
      title: "Confirm it's you",
      sentence: "You logged in a while ago. Enter your password again to continue.",
    },
  },
  fieldErrors: {
    wrong_password: "That isn't your current password.",
  },
  events: {
    authn_reauthentication_success: "Password confirmed.",
  },
  ended: {
    too_many_attempts: "There were too many wrong passwords, so you were logged out. Please log in again.",
  },
  endedShort: {
    too_many_attempts: "Too many wrong passwords",
  },
} as const;

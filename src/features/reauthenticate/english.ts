declare global {
  namespace Latchkey {
    interface Words {
      reauthenticate: typeof english;
    }
  }
}

/** The password asked for again before something sensitive. */
export const english = {
  title: "Confirm it's you",
  intro: (name: string) => `You are logged in as ${name}. Enter your password to go on.`,
  submit: "Confirm",
  flash: {
    reauthenticated: "Thank you. You can go on.",
  },
  errors: {
    reauthentication_required: {
      title: "Confirm it's you",
      sentence: "You logged in a while ago. Enter your password again to go on.",
    },
  },
  fieldErrors: {
    wrong_password: "That isn't your current password.",
  },
  events: {
    authn_reauthentication_success: "The password was entered again to go on.",
    authn_reauthentication_fail: "A wrong password was entered where it was asked for again.",
  },
  ended: {
    too_many_attempts: "There were too many wrong passwords, so this login ended. Log in to go on.",
  },
  endedShort: {
    too_many_attempts: "Too many wrong passwords",
  },
} as const;

declare global {
  namespace Latchkey {
    interface Words {
      passwordReplacement: typeof english;
    }
  }
}

/** Replacing a password during a sign-in. */
export const english = {
  errors: {
    password_change_required: {
      title: "Choose a new password",
      sentence: "Please choose a new password before you log in.",
    },
  },
} as const;

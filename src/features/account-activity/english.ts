declare global {
  namespace Latchkey {
    interface Words {
      accountActivity: typeof english;
    }
  }
}

/** The owner's list of what happened to the account. */
export const english = {
  title: "Activity",
  intro: "Recent logins and changes, newest first. Don't recognise something?",
  /** Follows the question, as a link. */
  changePassword: "Change your password",
  caption: "Activity",
  columns: { event: "What happened", time: "When" },
  /** Beside an event that was an attempt. */
  refused: "Refused",
  loggedOut: "Logged out.",
  loggedOutOf: (count: number) =>
    count === 1 ? "Logged out of one device." : `Logged out of ${count} devices.`,
  /** For an event without a separate sentence. */
  other: "Something happened to this account.",
  byAdministrator: (sentence: string) => `${sentence} Done by an administrator.`,
  older: "Older",
  newest: "Newest",
  emptyTitle: "That's everything",
  emptyHint: "There's no earlier activity.",
} as const;

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
  intro: "Logins and changes of this account, newest first. Something that wasn't you? Change your password.",
  caption: "Activity",
  columns: { event: "What happened", time: "When" },
  oneEnded: (reason: string) => `A login ended. ${reason}.`,
  severalEnded: (count: number, reason: string) =>
    count === 1 ? `A login ended. ${reason}.` : `${count} logins ended. ${reason}.`,
  endedForUnknownReason: "It was ended",
  /** For an event without a sentence of its own. */
  other: "Something about this account was noted.",
  byAdministrator: (sentence: string) => `${sentence} An administrator did this.`,
  older: "Older",
  newest: "Newest",
  emptyTitle: "Nothing older",
  emptyHint: "There is nothing before this.",
} as const;

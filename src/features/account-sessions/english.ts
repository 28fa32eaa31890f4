declare global {
  namespace Latchkey {
    interface Words {
      accountSessions: typeof english;
    }
  }
}

/** The list of devices that are logged in. */
export const english = {
  title: "Logged-in devices",
  intro:
    "Where you are logged in. Last use is noted now and then, so a device may have been used a little later than it says here.",
  caption: "Logged in now",
  current: "This one",
  remembered: "Stays logged in",
  columns: { created: "Logged in", lastUse: "Last use", action: "Log out" },
  now: "Now",
  end: "Log out",
  /** Tells the buttons of the list apart for people who can't see it. */
  endWhich: (device: string) => `of ${device}`,
  endOthers: "Log out everywhere else",
  endedCaption: "Ended in the last 30 days",
  endedColumns: { ended: "Ended", reason: "Why" },
  flash: {
    sessionEnded: "That device is logged out.",
    otherSessionsEnded: (count: number) => {
      if (count === 0) return "You were logged in nowhere else.";
      return count === 1 ? "One other login has ended." : `${count} other logins have ended.`;
    },
  },
  ended: {
    ended_by_user: "This login was ended from another device. Wasn't that you? Change your password.",
  },
  endedShort: {
    ended_by_user: "Ended from another device",
  },
} as const;

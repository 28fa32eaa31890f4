declare global {
  namespace Latchkey {
    interface Words {
      accountSessions: typeof english;
    }
  }
}

/** The list of signed-in devices. */
export const english = {
  title: "Your devices",
  intro: "Where you're logged in. “Last used” can be a few minutes behind.",
  caption: "Logged in now",
  current: "This device",
  remembered: "Remembered",
  columns: { created: "Logged in", lastUse: "Last used", action: "Log out" },
  now: "now",
  end: "Log out",
  /** Distinguishes the buttons of the list for screen readers. */
  endWhich: (device: string) => `of ${device}`,
  endOthers: "Log out everywhere else",
  endOthersHint: "You stay logged in here.",
  endedCaption: "Logged out in the last 30 days",
  endedColumns: { ended: "Logged out", reason: "Why" },
  flash: {
    sessionEnded: "That device has been logged out.",
    otherSessionsEnded: (count: number) => {
      if (count === 0) return "You weren't logged in anywhere else.";
      return count === 1 ? "Logged out of one other device." : `Logged out of ${count} other devices.`;
    },
  },
  events: {
    "session_ended:ended_by_user": "Logged out from another device.",
  },
  ended: {
    ended_by_user: "You were logged out from another device. If that wasn't you, change your password.",
  },
  endedShort: {
    ended_by_user: "Logged out from another device",
  },
} as const;

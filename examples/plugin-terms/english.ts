declare global {
  namespace Latchkey {
    interface Words {
      acmeTerms: typeof english;
    }
  }
}

/** The words of the feature. Groups such as `errors` and `events` are found by code. */
export const english = {
  acceptTitle: "Accept our terms",
  acceptIntro: "Please read and accept our terms to finish logging in.",
  read: (version: string) => `Read our terms (version ${version})`,
  submit: "Accept and continue",
  notMe: "Log in with a different account",
  /** In the account centre. */
  link: { label: "Terms", description: "Which version of our terms you accepted, and when." },
  title: "Terms",
  intro: "The versions of our terms that you accepted, newest first.",
  caption: "Accepted versions",
  columns: { version: "Version", time: "Accepted" },
  current: "Current",
  emptyTitle: "Nothing accepted yet",
  emptyHint: "We'll ask you the next time you log in.",
  /** In the administrators' list of users. */
  admin: { column: "Terms", accepted: "Accepted", missing: "Not accepted" },
  errors: {
    "acme-terms/acceptance_required": {
      title: "Accept our terms",
      sentence: "You need to accept our terms before you can log in.",
    },
    "acme-terms/other_version": {
      title: "Our terms have changed",
      sentence: "Our terms have changed since you opened this page. Please read the new version.",
    },
  },
  events: {
    "acme-terms/accepted": "New terms accepted.",
  },
} as const;

declare global {
  namespace Latchkey {
    interface Words {
      admin: typeof english;
    }
  }
}

/** The administrators' list of users, and what administrators do to an account. */
export const english = {
  title: "Users",
  caption: "Users",
  searchLabel: "Email or username",
  roleLabel: "Role",
  statusLabel: "Status",
  anyRole: "Any role",
  anyStatus: "Any status",
  search: "Search",
  nextPage: "Next page",
  emptyTitle: "No users found",
  emptyHint: "Try a shorter search, or any role and status.",
  columns: { user: "User", roles: "Roles", status: "Status", created: "Created" },
  status: { active: "Active", disabled: "Disabled", unconfirmed: "Not confirmed" },
  events: {
    "authn_password_change:demand": "A new password was demanded at the next login.",
    privilege_permissions_changed: "What the account may do was changed.",
    user_disabled: "The account was disabled.",
    user_enabled: "The account was enabled again.",
    user_unlocked: "The password was unlocked for new devices.",
  },
  ended: {
    rights_changed: "What your account may do has changed. Log in again to go on.",
    account_disabled: "Your login was ended. Ask the people who run this site if you don't know why.",
    ended_by_operator: "An administrator ended this login. Log in to go on.",
  },
  endedShort: {
    rights_changed: "What the account may do was changed",
    account_disabled: "The account was disabled",
    ended_by_operator: "Ended by an administrator",
  },
} as const;

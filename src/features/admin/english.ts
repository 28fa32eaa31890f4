declare global {
  namespace Latchkey {
    interface Words {
      admin: typeof english;
    }
  }
}

/** The administrators' list of users, and their actions on an account. */
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
    "session_ended:ended_by_operator": "Logged out by an administrator.",
    "authn_password_change:demand": "New password required at the next login.",
    privilege_permissions_changed: "Permissions changed.",
    user_disabled: "Account disabled.",
    user_enabled: "Account enabled again.",
    user_unlocked: "Password unlocked for new devices.",
  },
  ended: {
    rights_changed: "Your permissions have changed. Please log in again.",
    account_disabled: "You were logged out. If you don't know why, ask the people who run this site.",
    ended_by_operator: "An administrator logged you out. Please log in again.",
  },
  endedShort: {
    rights_changed: "Permissions changed",
    account_disabled: "Account disabled",
    ended_by_operator: "Logged out by an administrator",
  },
} as const;

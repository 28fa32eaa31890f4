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
    "authn_password_change:demand": "New password required at the next login.",
    user_disabled: "Account disabled.",
    user_enabled: "Account enabled again.",
    user_unlocked: "Password unlocked for new devices.",
  },
} as const;

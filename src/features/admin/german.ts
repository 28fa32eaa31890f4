import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Benutzer",
  caption: "Benutzer",
  searchLabel: "E-Mail oder Benutzername",
  roleLabel: "Rolle",
  statusLabel: "Status",
  anyRole: "Alle Rollen",
  anyStatus: "Jeder Status",
  search: "Suchen",
  nextPage: "Nächste Seite",
  emptyTitle: "Niemand gefunden",
  emptyHint: "Versuche es mit einer kürzeren Suche oder mit allen Rollen und jedem Status.",
  columns: { user: "Benutzer", roles: "Rollen", status: "Status", created: "Erstellt" },
  status: { active: "Aktiv", disabled: "Gesperrt", unconfirmed: "Nicht bestätigt" },
  events: {
    "session_ended:ended_by_operator": "Von der Administration abgemeldet.",
    "authn_password_change:demand": "Neues Passwort bei der nächsten Anmeldung verlangt.",
    privilege_permissions_changed: "Berechtigungen geändert.",
    user_disabled: "Konto gesperrt.",
    user_enabled: "Konto entsperrt.",
    user_unlocked: "Passwort für neue Geräte entsperrt.",
  },
  ended: {
    rights_changed: "Deine Berechtigungen haben sich geändert. Bitte melde dich wieder an.",
    account_disabled:
      "Du wurdest abgemeldet. Wenn du nicht weißt, warum, frag bei den Betreibern dieser Seite nach.",
    ended_by_operator: "Die Administration hat dich abgemeldet. Bitte melde dich wieder an.",
  },
  endedShort: {
    rights_changed: "Berechtigungen geändert",
    account_disabled: "Konto gesperrt",
    ended_by_operator: "Von der Administration abgemeldet",
  },
};

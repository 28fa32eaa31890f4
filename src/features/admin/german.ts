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
    "authn_password_change:demand": "Neues Passwort bei der nächsten Anmeldung verlangt.",
    user_disabled: "Konto gesperrt.",
    user_enabled: "Konto entsperrt.",
    user_unlocked: "Passwort für neue Geräte entsperrt.",
  },
};

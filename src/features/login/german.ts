import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Anmelden",
  intro: (siteName) => `Willkommen zurück bei ${siteName}.`,
  identifierLabel: "E-Mail oder Benutzername",
  submit: "Anmelden",
  tooMany: (wait) =>
    `Zu viele falsche Passwörter. ${wait} Schneller geht es unten über „Passwort vergessen?“.`,
  noAccount: "Neu hier?",
  registerLink: "Konto erstellen",
  errors: {
    invalid_credentials: {
      title: "Anmeldung fehlgeschlagen",
      sentence: "E-Mail, Benutzername oder Passwort stimmt nicht.",
    },
  },
  requiredFields: {
    login: "Gib deine E-Mail-Adresse oder deinen Benutzernamen ein.",
  },
  events: {
    authn_login_success: "Angemeldet.",
    "authn_login_success:password": "Mit Passwort angemeldet.",
    authn_login_fail: "Anmeldung abgelehnt.",
    "authn_login_fail:password": "Anmeldung abgelehnt: falsches Passwort.",
    authn_login_successafterfail: "Direkt vor dieser Anmeldung wurden falsche Passwörter eingegeben.",
    authn_password_upgrade: "Schutz des Passworts verstärkt. Das Passwort bleibt dasselbe.",
  },
};

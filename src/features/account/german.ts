import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Dein Konto",
  intro: "Deine Angaben, deine Sicherheit und deine Daten.",
  memberSince: "Dabei seit",
  emailConfirmed: "Bestätigt",
  emailNotConfirmed: "Nicht bestätigt",
  securityTitle: "Sicherheit",
  dataTitle: "Deine Daten",
  links: {
    password: { label: "Passwort", description: "Ein neues Passwort wählen." },
    email: { label: "E-Mail-Adresse", description: "Die Adresse ändern, mit der du dich anmeldest." },
    sessions: {
      label: "Deine Geräte",
      description: "Sehen, wo du angemeldet bist, und abmelden, was du nicht kennst.",
    },
    activity: { label: "Aktivität", description: "Letzte Anmeldungen und Änderungen." },
    export: {
      label: "Daten herunterladen",
      description: "Alles, was diese Seite über dich speichert, in einer Datei.",
    },
    delete: { label: "Konto löschen", description: "Das Konto schließen und seine Daten entfernen." },
  },
  changePassword: {
    title: "Passwort ändern",
    intro: "Hier bleibst du angemeldet. Alle anderen Geräte werden abgemeldet.",
    currentLabel: "Aktuelles Passwort",
    submit: "Passwort ändern",
  },
  firstPassword: {
    title: "Passwort festlegen",
    intro: "Dein Konto hat gerade kein Passwort. Alle anderen Geräte werden abgemeldet.",
    submit: "Passwort speichern",
  },
  flash: {
    passwordChanged: "Dein Passwort ist geändert, alle anderen Geräte sind abgemeldet.",
  },
  mail: {
    passwordChanged: {
      subject: (siteName) => `Dein Passwort für ${siteName} wurde geändert`,
      text: (siteName) =>
        `Das Passwort deines Kontos bei ${siteName} wurde gerade auf einem angemeldeten Gerät geändert. Alle anderen Geräte wurden abgemeldet.`,
    },
  },
  requiredFields: {
    current_password: "Gib dein aktuelles Passwort ein.",
  },
  events: {
    authn_password_change: "Passwort geändert.",
    authn_password_change_fail: "Passwort nicht geändert: Das aktuelle war falsch.",
  },
  ended: {
    password_changed: "Dein Passwort wurde geändert. Melde dich mit dem neuen an.",
  },
  endedShort: {
    password_changed: "Passwort geändert",
  },
};

import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  download: {
    title: "Daten herunterladen",
    intro: "Alles, was diese Seite über dich speichert, in einer Datei.",
    whatTitle: "Was drin ist",
    whatOfYours: "Dein Konto, alle Angaben zu dir und alles, was du hier erstellt hast.",
    whatOfDevices: "Deine Geräte und Anmeldungen und was sich in deinem Konto getan hat.",
    whatOfMails: "Eine Liste der E-Mails, die wir dir geschickt haben.",
    format:
      "Die Datei ist JSON, das auch andere Programme lesen können. Passwörter enthält sie nicht. Gib sie nicht weiter.",
    limit: (count) =>
      count === 1
        ? "Du kannst sie einmal pro Stunde herunterladen."
        : `Du kannst sie ${count}-mal pro Stunde herunterladen, immer nur einmal gleichzeitig.`,
    submit: "Herunterladen",
  },
  title: "Konto löschen",
  intro: (grace) =>
    `Nach deinem Antrag warten wir noch ${grace}, bevor wir es löschen. Bis dahin kannst du es dir anders überlegen.`,
  whatTitle: "Was wir löschen",
  whatOfYours: "Dein Konto, alle Angaben zu dir und alles, was du hier erstellt hast.",
  whatOfAccess: "Dein Passwort und die Liste deiner Geräte.",
  whatOfTraces:
    "Die E-Mails, die wir dir geschickt haben, und was über deine Geräte und IP-Adressen gespeichert ist.",
  whenTitle: "Wie es weitergeht",
  when: (date) =>
    `Alle Geräte werden sofort abgemeldet. Am ${date} wird das Konto endgültig gelöscht und lässt sich nicht wiederherstellen.`,
  keep: "Doch anders überlegt? Melde dich vorher einfach wieder an.",
  exportHint: "Lade dir vorher eine Kopie deiner Daten herunter.",
  confirmLabel: "Deine E-Mail-Adresse",
  confirmHint: (email) => `Gib zur Bestätigung ${email} ein.`,
  submit: "Mein Konto löschen",
  cancel: "Mein Konto behalten",
  flash: {
    deletionScheduled: (date) =>
      `Dein Konto wird am ${date} gelöscht. Wenn du es behalten möchtest, melde dich vorher wieder an.`,
    deletionCancelled: "Willkommen zurück! Dein Konto wird nicht gelöscht.",
  },
  mail: {
    deletionRequested: {
      subject: (siteName) => `Dein Konto bei ${siteName} wird gelöscht`,
      text: (siteName, date) =>
        `Wie gewünscht wird dein Konto bei ${siteName} am ${date} gelöscht. Alle Geräte wurden abgemeldet.`,
      keep: "Doch anders überlegt? Melde dich vorher einfach wieder an, dann bleibt alles, wie es ist.",
    },
  },
  fieldErrors: {
    confirm_mismatch:
      "Das ist nicht die E-Mail-Adresse dieses Kontos. Gib sie genau so ein, wie sie hier steht.",
    last_administrator:
      "Außer dir gibt es niemanden mit Administratorrechten. Gib sie zuerst jemand anderem, dann kannst du dieses Konto löschen.",
  },
  requiredFields: {
    confirm: "Gib deine E-Mail-Adresse ein.",
  },
  events: {
    sensitive_read: "Kontodaten wurden gelesen.",
    "sensitive_read:account_export": "Kontodaten heruntergeladen.",
    user_deleted: "Konto gelöscht.",
    user_deletion_cancelled: "Löschung durch eine Anmeldung abgebrochen.",
    user_deletion_requested: "Löschung des Kontos beantragt.",
  },
  ended: {
    deletion_requested: "Dieses Konto ist zur Löschung vorgemerkt. Melde dich an, um es zu behalten.",
  },
  endedShort: {
    deletion_requested: "Löschung des Kontos beantragt",
  },
};

import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "E-Mail-Adresse ändern",
  intro: (email) => `Deine aktuelle Adresse ist ${email}.`,
  waiting: (email) =>
    `Du musst ${email} noch bestätigen. Öffne den Link, den wir dorthin geschickt haben, oder gib noch einmal eine Adresse ein, um einen neuen zu bekommen.`,
  newLabel: "Neue E-Mail-Adresse",
  newHint: "Wir schicken einen Link dorthin. Bis du ihn öffnest, ändert sich nichts.",
  submit: "Link senden",
  sentTitle: "Sieh in dein neues Postfach",
  sent: (email) =>
    `Wir haben eine E-Mail an ${email} geschickt. Öffne den Link darin, um diese Adresse ab jetzt zu verwenden.`,
  untilThen: "Bis dahin meldest du dich mit deiner aktuellen Adresse an.",
  told: "Deiner bisherigen Adresse haben wir auch Bescheid gegeben.",
  toAccount: "Zurück zu deinem Konto",
  confirm: {
    title: "Neue Adresse bestätigen",
    sentence: (email) => `Ist ${email} deine Adresse? Bestätige sie, um sie für dein Konto zu verwenden.`,
    explanation: "Alle anderen Geräte werden abgemeldet.",
    onlyYours:
      "Du bist hier nicht angemeldet. Bestätige nur, wenn du das selbst angefordert hast. Sonst würde deine Adresse zu einem fremden Konto gehören.",
    submit: "Diese Adresse verwenden",
    notMe: "Nicht angefordert? Dann schließ diese Seite einfach. Es passiert nichts.",
  },
  flash: {
    emailChanged: (email) => `Deine E-Mail-Adresse ist jetzt ${email}.`,
  },
  mail: {
    confirm: {
      subject: (siteName) => `Bestätige deine neue Adresse für ${siteName}`,
      text: (siteName) =>
        `Du möchtest diese Adresse für dein Konto bei ${siteName} verwenden. Bestätige sie, dann ersetzt sie deine bisherige.`,
      action: "Adresse bestätigen",
      notMe: "Nicht angefordert? Dann ignoriere diese E-Mail einfach. Es ändert sich nichts.",
    },
    taken: {
      subject: (siteName) => `Diese Adresse gehört schon zu deinem Konto bei ${siteName}`,
      text: (siteName) =>
        `Jemand wollte diese Adresse für ein anderes Konto bei ${siteName} verwenden. Sie gehört schon zu deinem, deshalb wurde nichts geändert.`,
      notMe:
        "Wenn du das nicht warst, musst du nichts tun. Über dein Konto hat dabei niemand etwas erfahren.",
    },
    requested: {
      subject: (siteName) => `Neue E-Mail-Adresse für dein Konto bei ${siteName} angefordert`,
      text: (siteName) =>
        `Für dein Konto bei ${siteName} wurde eine neue E-Mail-Adresse angefordert. Noch ist nichts geändert: Die neue Adresse muss erst bestätigt werden.`,
    },
    changed: {
      subject: (siteName) => `Deine E-Mail-Adresse bei ${siteName} wurde geändert`,
      text: (siteName) =>
        `Die E-Mail-Adresse deines Kontos bei ${siteName} wurde geändert. Mit dieser hier kannst du dich dort nicht mehr anmelden und auch kein neues Passwort mehr anfordern.`,
    },
    newAddress: {
      subject: (siteName) => `Deine neue E-Mail-Adresse für ${siteName}`,
      text: (siteName) =>
        `Dies ist jetzt die E-Mail-Adresse deines Kontos bei ${siteName}. Melde dich ab jetzt damit an. Alle anderen Geräte wurden abgemeldet.`,
      action: "Konto öffnen",
      notMe:
        "Wenn du das nicht warst, wende dich an die Betreiber der Seite. Sie können diese Adresse aus dem Konto entfernen.",
    },
  },
  fieldErrors: {
    same_email: "Das ist schon deine E-Mail-Adresse.",
  },
  events: {
    user_email_change_requested: "Neue E-Mail-Adresse angefordert.",
    user_email_changed: "E-Mail-Adresse geändert.",
  },
  ended: {
    email_changed:
      "Die E-Mail-Adresse dieses Kontos wurde geändert, deshalb wurden andere Geräte abgemeldet. Bitte melde dich wieder an.",
  },
  endedShort: {
    email_changed: "E-Mail-Adresse geändert",
  },
};

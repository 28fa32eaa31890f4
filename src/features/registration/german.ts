import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Konto erstellen",
  link: "Konto erstellen",
  intro: "Das dauert nur eine Minute.",
  usernameHint: (minimum, maximum) =>
    `${minimum} bis ${maximum} Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche. Andere können ihn sehen.`,
  submit: "Konto erstellen",
  haveAccount: "Schon ein Konto?",
  sentTitle: "Sieh in dein Postfach",
  sent: (email) => `Wir haben eine E-Mail an ${email} geschickt. Mit dem Link darin geht es weiter.`,
  flash: {
    registered: "Willkommen! Dein Konto ist fertig.",
  },
  mail: {
    confirm: {
      subject: (siteName) => `Bestätige deine E-Mail-Adresse für ${siteName}`,
      text: (siteName) =>
        `Schön, dass du dich bei ${siteName} registriert hast. Bestätige deine E-Mail-Adresse, dann ist dein Konto fertig.`,
      action: "Adresse bestätigen",
      notMe: "Nicht registriert? Dann ignoriere diese E-Mail einfach. Es passiert nichts.",
    },
    taken: {
      subject: (siteName) => `Du hast schon ein Konto bei ${siteName}`,
      text: (siteName) =>
        `Jemand wollte sich bei ${siteName} mit dieser Adresse registrieren. Du hast schon ein Konto, deshalb wurde nichts geändert.`,
      notMe:
        "Wenn du das nicht warst, musst du nichts tun. Über dein Konto hat dabei niemand etwas erfahren.",
    },
  },
  errors: {
    registration_closed: {
      title: "Die Registrierung ist geschlossen",
      sentence: "Für ein neues Konto brauchst du eine Einladung. Frag die Betreiber dieser Seite danach.",
    },
  },
  events: {
    "authn_login_success:registration": "Nach der Registrierung angemeldet.",
    user_created: "Konto erstellt.",
    user_registration_requested: "Jemand wollte sich mit der Adresse dieses Kontos registrieren.",
  },
};

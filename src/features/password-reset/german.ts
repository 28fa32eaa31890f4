import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  intro:
    "Gib deine E-Mail-Adresse ein, dann schicken wir dir einen Link, über den du ein neues Passwort wählst.",
  submit: "Link senden",
  sentTitle: "Sieh in dein Postfach",
  sent: (email) => `Wenn es zu ${email} ein Konto gibt, ist ein Link dorthin unterwegs.`,
  remembered: "Doch wieder eingefallen?",
  choose: {
    title: "Wähle ein neues Passwort",
    intro: "Du wirst überall abgemeldet. Danach meldest du dich mit dem neuen Passwort an.",
    submit: "Passwort speichern",
  },
  flash: {
    passwordChosen: "Dein neues Passwort ist gespeichert. Du kannst dich jetzt damit anmelden.",
  },
  mail: {
    reset: {
      subject: (siteName) => `Wähle ein neues Passwort für ${siteName}`,
      text: (siteName) => `Du möchtest ein neues Passwort für dein Konto bei ${siteName} wählen.`,
      action: "Neues Passwort wählen",
      notMe: "Nicht angefordert? Dann ignoriere diese E-Mail einfach. Dein Passwort bleibt, wie es ist.",
    },
    done: {
      subject: (siteName) => `Dein Passwort für ${siteName} wurde zurückgesetzt`,
      text: (siteName) =>
        `Für dein Konto bei ${siteName} wurde gerade über einen Link aus einer E-Mail ein neues Passwort gewählt. Alle Geräte wurden abgemeldet.`,
    },
  },
  events: {
    "authn_password_change:link": "Neues Passwort über einen Link aus einer E-Mail gewählt.",
    authn_password_reset_requested: "Neues Passwort angefordert.",
    "authn_token_created:choose_password": "Link für ein neues Passwort erstellt.",
  },
  ended: {
    password_reset: "Dein Passwort wurde zurückgesetzt. Melde dich mit dem neuen an.",
  },
  endedShort: {
    password_reset: "Neues Passwort gewählt",
  },
};

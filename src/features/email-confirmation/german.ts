import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "E-Mail-Adresse bestätigen",
  sentence: (email) => `Ist ${email} deine Adresse? Bestätige sie, dann ist dein Konto fertig.`,
  submit: "Adresse bestätigen",
  choosePasswordTitle: "Wähle noch ein Passwort",
  choosePasswordIntro:
    "Du hast dich in einem anderen Browser registriert. Damit dein Konto sicher ist, wähle hier ein Passwort. Es ersetzt das erste.",
  choosePasswordSubmit: "Bestätigen und anmelden",
  notMe: "Nicht registriert? Dann schließ diese Seite einfach. Es passiert nichts.",
  newLinkIntro: "Gib deine E-Mail-Adresse ein, dann schicken wir dir einen neuen Link.",
  newLinkSubmit: "Neuen Link senden",
  flash: {
    confirmed: "Danke, deine E-Mail-Adresse ist bestätigt.",
  },
  errors: {
    password_required: {
      title: "Wähle ein Passwort",
      sentence:
        "Du hast dich in einem anderen Browser registriert. Wähle noch ein Passwort, dann ist alles fertig.",
    },
  },
  fieldErrors: {
    password_required: "Wähle noch ein Passwort, dann ist alles fertig.",
  },
  events: {
    user_confirmation_requested: "Bestätigungslink angefordert.",
    user_email_confirmed: "E-Mail-Adresse bestätigt.",
  },
  ended: {
    email_confirmed:
      "Diese Adresse wurde in ihrem Postfach bestätigt, deshalb wurden frühere Sitzungen beendet. Bitte melde dich wieder an.",
  },
  endedShort: {
    email_confirmed: "E-Mail-Adresse im Postfach bestätigt",
  },
};

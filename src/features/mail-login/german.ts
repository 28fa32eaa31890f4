import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Per E-Mail anmelden",
  intro: "Gib deine E-Mail-Adresse ein, dann schicken wir dir einen Link und einen Code. Ganz ohne Passwort.",
  submit: "Link und Code zusenden",
  link: "Lieber per E-Mail anmelden",
  byPassword: "Mit Passwort anmelden",
  sentTitle: "Sieh in dein Postfach",
  sent: (email) => `Wenn es zu ${email} ein Konto gibt, ist eine E-Mail dorthin unterwegs.`,
  howTo: "Öffne den Link in diesem Browser oder gib unten den Code ein.",
  lifetime: (duration) => `Beides gilt ${duration}.`,
  codeTitle: "Gib deinen Code ein",
  codeIntro: "Du findest ihn in der E-Mail, die wir dir geschickt haben.",
  newMail: "Neue E-Mail senden",
  confirmTitle: "Anmelden?",
  confirmIntro: (name) => `Du möchtest dich als ${name} anmelden.`,
  notMe: "Nicht angefordert? Dann schließ diese Seite einfach. Es passiert nichts.",
  keepCode: "Nicht angefordert? Dann schließ diese Seite und gib den Code nicht weiter.",
  mail: {
    subject: (siteName) => `Anmelden bei ${siteName}`,
    text: (siteName) => `Du möchtest dich bei ${siteName} anmelden.`,
    code: "Gib diesen Code in dem Browser ein, in dem du begonnen hast:",
    link: "Wenn du diese E-Mail auf demselben Gerät liest, kannst du auch den Link in diesem Browser öffnen.",
    lifetime: (duration) =>
      `Code und Link gelten ${duration}. Einer von beiden lässt sich verwenden, und das nur einmal.`,
    notMe:
      "Nicht angefordert? Dann ignoriere diese E-Mail einfach. Gib den Code niemandem, egal wer danach fragt.",
  },
  errors: {
    other_browser: {
      title: "Zurück zum Browser, in dem du begonnen hast",
      sentence:
        "Du hast die Anmeldung in einem anderen Browser begonnen. Geh dorthin zurück und gib den Code aus der E-Mail ein.",
    },
  },
  events: {
    "authn_login_success:email_link": "Mit einem Link oder Code aus einer E-Mail angemeldet.",
    "authn_login_fail:email_link": "Anmeldung per E-Mail abgelehnt: Der Code war falsch oder abgelaufen.",
    authn_mail_login_requested: "Anmeldung per E-Mail angefordert.",
    "authn_token_created:mail_login": "Anmeldelink per E-Mail verschickt.",
  },
};

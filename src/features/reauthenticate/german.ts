import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Bist du es wirklich?",
  byPassword: (name) => `Du bist als ${name} angemeldet. Gib dein Passwort ein, um fortzufahren.`,
  byAny: (name) => `Du bist als ${name} angemeldet. Bestätige, dass du es bist, um fortzufahren.`,
  byNothing: (name) =>
    `Du bist als ${name} angemeldet. Um zu bestätigen, dass du es bist, brauchst du ein Passwort.`,
  submit: "Bestätigen",
  choosePassword: "Passwort wählen",
  code: {
    offer: (name, email) =>
      `Du bist als ${name} angemeldet. Bestätige mit einem Code, dass du es bist. Wir schicken ihn an ${email}.`,
    instead: (email) => `Du kannst es auch mit einem Code bestätigen. Wir schicken ihn an ${email}.`,
    send: "Code senden",
    sent: (email) => `Wir haben einen Code an ${email} geschickt. Gib ihn ein, um fortzufahren.`,
    lifetime: (duration) => `Er gilt ${duration} und nur in diesem Browser.`,
    nothingArrived: "Nichts angekommen? Sieh im Spam-Ordner nach oder fordere einen neuen Code an.",
    sendNew: "Neuen Code senden",
  },
  flash: {
    reauthenticated: "Danke, weiter geht’s.",
  },
  mail: {
    subject: (siteName) => `Dein Code für ${siteName}`,
    text: (siteName) => `Du hast einen Code angefordert, um auf ${siteName} zu bestätigen, dass du es bist.`,
    code: "Gib diesen Code in dem Browser ein, in dem du ihn angefordert hast:",
    lifetime: (duration) =>
      `Der Code gilt ${duration} und funktioniert nur einmal. Gib ihn niemandem, egal wer danach fragt.`,
  },
  errors: {
    reauthentication_required: {
      title: "Bist du es wirklich?",
      sentence: "Deine Anmeldung ist schon eine Weile her. Bestätige, dass du es bist, um fortzufahren.",
    },
  },
  fieldErrors: {
    wrong_password: "Das ist nicht dein aktuelles Passwort.",
  },
  events: {
    authn_reauthentication_success: "Bestätigt, dass du es bist.",
    "authn_reauthentication_success:password": "Passwort bestätigt.",
    "authn_reauthentication_success:email_link": "Mit einem Code aus einer E-Mail bestätigt.",
    "authn_reauthentication_fail:password": "Passwort nicht bestätigt: Es war falsch.",
    "authn_reauthentication_fail:email_link": "Code nicht bestätigt: Er war falsch oder abgelaufen.",
    "authn_token_created:reauthenticate": "Code per E-Mail verschickt, um dich zu bestätigen.",
  },
  ended: {
    too_many_attempts:
      "Es gab zu viele Fehlversuche, deshalb wurdest du abgemeldet. Bitte melde dich wieder an.",
  },
  endedShort: {
    too_many_attempts: "Zu viele Fehlversuche",
  },
};

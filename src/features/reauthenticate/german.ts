import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Bist du es wirklich?",
  intro: (name) => `Du bist als ${name} angemeldet. Gib dein Passwort ein, um fortzufahren.`,
  submit: "Bestätigen",
  flash: {
    reauthenticated: "Danke, weiter geht’s.",
  },
  errors: {
    reauthentication_required: {
      title: "Bist du es wirklich?",
      sentence:
        "Deine Anmeldung ist schon eine Weile her. Gib dein Passwort noch einmal ein, um fortzufahren.",
    },
  },
  fieldErrors: {
    wrong_password: "Das ist nicht dein aktuelles Passwort.",
  },
  events: {
    authn_reauthentication_success: "Passwort bestätigt.",
  },
  ended: {
    too_many_attempts:
      "Das Passwort war zu oft falsch, deshalb wurdest du abgemeldet. Bitte melde dich wieder an.",
  },
  endedShort: {
    too_many_attempts: "Zu viele falsche Passwörter",
  },
};

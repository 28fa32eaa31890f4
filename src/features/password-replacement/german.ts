import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  errors: {
    password_change_required: {
      title: "Wähle ein neues Passwort",
      sentence: "Bitte wähle ein neues Passwort, bevor du dich anmeldest.",
    },
  },
};

import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Abmelden?",
  sentence: "Du kannst dich jederzeit wieder anmelden.",
  submit: "Abmelden",
  stay: "Angemeldet bleiben",
  flash: {
    signedOut: "Du bist abgemeldet.",
  },
  events: {
    "session_ended:logout": "Abgemeldet.",
  },
  endedShort: {
    logout: "Abgemeldet",
  },
};

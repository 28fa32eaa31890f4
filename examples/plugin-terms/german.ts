import type { Texts } from "latchkey/kit";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  acceptTitle: "Bedingungen annehmen",
  acceptIntro: "Bitte lies unsere Nutzungsbedingungen und nimm sie an. Dann ist die Anmeldung fertig.",
  read: (version) => `Nutzungsbedingungen lesen (Fassung ${version})`,
  submit: "Annehmen und weiter",
  notMe: "Mit einem anderen Konto anmelden",
  link: { label: "Bedingungen", description: "Welche Fassung du wann angenommen hast." },
  title: "Bedingungen",
  intro: "Die Fassungen unserer Nutzungsbedingungen, die du angenommen hast, die neueste zuerst.",
  caption: "Angenommene Fassungen",
  columns: { version: "Fassung", time: "Angenommen" },
  current: "Aktuell",
  emptyTitle: "Noch nichts angenommen",
  emptyHint: "Wir fragen dich bei der nächsten Anmeldung.",
  admin: { column: "Bedingungen", accepted: "Angenommen", missing: "Nicht angenommen" },
  errors: {
    "acme-terms/acceptance_required": {
      title: "Bedingungen annehmen",
      sentence: "Vor der Anmeldung musst du unsere Nutzungsbedingungen annehmen.",
    },
    "acme-terms/other_version": {
      title: "Neue Bedingungen",
      sentence: "Seit du diese Seite geöffnet hast, gibt es neue Nutzungsbedingungen. Bitte lies sie zuerst.",
    },
  },
  events: {
    "acme-terms/accepted": "Neue Nutzungsbedingungen angenommen.",
  },
};

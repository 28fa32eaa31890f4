import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Aktivität",
  intro: "Letzte Anmeldungen und Änderungen, das Neueste zuerst. Erkennst du etwas nicht wieder?",
  changePassword: "Ändere dein Passwort",
  caption: "Aktivität",
  columns: { event: "Was war", time: "Wann" },
  refused: "Abgelehnt",
  loggedOut: "Abgemeldet.",
  loggedOutOf: (count) => (count === 1 ? "Von einem Gerät abgemeldet." : `Von ${count} Geräten abgemeldet.`),
  other: "Bei diesem Konto ist etwas passiert.",
  byAdministrator: (sentence) => `${sentence} Durch die Administration.`,
  older: "Ältere",
  newest: "Neueste",
  emptyTitle: "Das war alles",
  emptyHint: "Davor gibt es keine Aktivität.",
};

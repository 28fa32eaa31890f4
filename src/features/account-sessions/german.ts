import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Deine Geräte",
  intro: "Hier bist du angemeldet. „Zuletzt benutzt“ kann ein paar Minuten nachgehen.",
  caption: "Zurzeit angemeldet",
  current: "Dieses Gerät",
  remembered: "Bleibt angemeldet",
  columns: { created: "Angemeldet", lastUse: "Zuletzt benutzt", action: "Abmelden" },
  now: "jetzt",
  end: "Abmelden",
  endWhich: (device) => `von ${device}`,
  endOthers: "Überall sonst abmelden",
  endOthersHint: "Hier bleibst du angemeldet.",
  endedCaption: "In den letzten 30 Tagen abgemeldet",
  endedColumns: { ended: "Abgemeldet", reason: "Grund" },
  flash: {
    sessionEnded: "Das Gerät ist abgemeldet.",
    otherSessionsEnded: (count) => {
      if (count === 0) return "Du warst sonst nirgends angemeldet.";
      return count === 1
        ? "Ein anderes Gerät wurde abgemeldet."
        : `${count} andere Geräte wurden abgemeldet.`;
    },
  },
  events: {
    "session_ended:ended_by_user": "Von einem anderen Gerät aus abgemeldet.",
  },
  ended: {
    ended_by_user:
      "Du wurdest von einem anderen Gerät aus abgemeldet. Wenn du das nicht warst, ändere dein Passwort.",
  },
  endedShort: {
    ended_by_user: "Von einem anderen Gerät aus abgemeldet",
  },
};

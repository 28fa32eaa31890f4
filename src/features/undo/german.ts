import type { Texts } from "../../core/words/index.ts";
import type { english } from "./english.ts";

export const german: Texts<typeof english> = {
  title: "Das warst nicht du?",
  intro:
    "Wenn jemand anderes getan hat, was in unserer E-Mail steht, sperrst du diese Person hier aus. Das passiert dann:",
  restored: (email) => `Falls die E-Mail-Adresse geändert wurde, ist sie wieder ${email}.`,
  loggedOut: "Alle Geräte werden abgemeldet, auch deine.",
  passwordOff: "Das Passwort gilt nicht mehr.",
  deletionStopped: "Falls das Konto gelöscht werden sollte, bleibt es erhalten.",
  mailed: (email) => `Wir schicken einen Link für ein neues Passwort an ${email}.`,
  submit: "Mein Konto sichern",
  itWasMe: "Warst du es doch? Dann schließ diese Seite einfach. Es passiert nichts.",
  flash: {
    undone: (email) =>
      `Alle sind abgemeldet. Wir haben einen Link für ein neues Passwort an ${email} geschickt.`,
    undoneDisabled:
      "Alle sind abgemeldet. Dieses Konto ist gesperrt; wende dich an die Betreiber dieser Seite.",
  },
  mail: {
    objection: {
      text: "Wenn du das warst, musst du nichts tun. Wenn nicht, sag uns Bescheid: Wir melden alle ab und helfen dir zurück in dein Konto.",
      action: "Das war ich nicht",
      lifetime: (duration) => `Der Link gilt ${duration}.`,
    },
    undone: {
      subject: (siteName) => `Wähle ein neues Passwort für ${siteName}`,
      text: (siteName) =>
        `Du hast uns gemeldet, dass eine Änderung an deinem Konto bei ${siteName} nicht von dir war. Das Konto hat jetzt diese E-Mail-Adresse, alle Geräte sind abgemeldet, und das alte Passwort gilt nicht mehr.`,
      action: "Neues Passwort wählen",
      tooOld: "Ist er abgelaufen, bekommst du auf der Anmeldeseite über „Passwort vergessen?“ einen neuen.",
    },
    addressTakenBack: {
      subject: (siteName) => `Eine Adressänderung bei ${siteName} wurde rückgängig gemacht`,
      text: (siteName) =>
        `Ein Konto bei ${siteName} wurde auf diese Adresse umgestellt. Über die frühere Adresse wurde uns gemeldet, dass das nicht gewollt war. Das Konto hat wieder seine frühere Adresse, und diese hier gilt dafür nicht mehr.`,
      notMe: "Wenn das Konto dir gehört, wende dich an die Betreiber der Seite.",
    },
  },
  events: {
    user_change_undone: "Eine Änderung wurde als „nicht von mir“ gemeldet, alle Geräte wurden abgemeldet.",
  },
  ended: {
    undone:
      "Eine Änderung wurde als „nicht von mir“ gemeldet, deshalb wurden alle abgemeldet. Wähle ein neues Passwort.",
  },
  endedShort: {
    undone: "Änderung als „nicht von mir“ gemeldet",
  },
};

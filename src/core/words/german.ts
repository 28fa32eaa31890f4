import type { english } from "./english.ts";
import type { Texts } from "./texts.ts";

/** The common texts of features, and the library's own, in German. */
export const german: Texts<typeof english> = {
  skipToContent: "Zum Inhalt springen",
  navigationLabel: "Hauptmenü",
  account: "Dein Konto",
  accountOverview: "Überblick",
  home: "Startseite",
  login: "Anmelden",
  logout: "Abmelden",
  back: "Zurück",
  newLink: "Neuen Link anfordern",
  tryAgain: "Noch einmal versuchen",
  otherAddress: (origin) =>
    `Die Adresse dieser Website ist ${origin}. Öffne sie dort: Formulare von anderen Adressen werden abgelehnt.`,
  formExpired: "Das Formular ist abgelaufen. Prüfe deine Eingaben und sende es noch einmal.",
  optional: (label) => `${label} (optional)`,
  showPassword: (label) => `${label} anzeigen`,
  errorPrefix: "Fehler: ",
  errorSummaryTitle: "Da stimmt etwas nicht",
  requestId: (id) => `Referenz für den Support: ${id}`,
  emailLabel: "E-Mail-Adresse",
  passwordLabel: "Passwort",
  newPasswordLabel: "Neues Passwort",
  usernameLabel: "Benutzername",
  passwordHint: (minimum) =>
    `Mindestens ${minimum} Zeichen. Ein paar zufällige Wörter lassen sich leicht merken und schwer erraten.`,
  remember: "Angemeldet bleiben",
  rememberHint: "Nur auf deinem eigenen Gerät.",
  forgotPassword: "Passwort vergessen?",
  unknown: "Unbekannt",
  labels: { time: "Zeitpunkt", device: "Gerät", address: "IP-Adresse" },
  devices: {
    both: (browser, system) => `${browser} unter ${system}`,
    unknown: "Unbekanntes Gerät",
  },
  // In the accusative, as "gilt eine Stunde" needs it.
  durations: {
    minutes: (count) => (count === 1 ? "eine Minute" : `${count} Minuten`),
    hours: (count) => (count === 1 ? "eine Stunde" : `${count} Stunden`),
    days: (count) => (count === 1 ? "einen Tag" : `${count} Tage`),
  },
  linkLifetime: (duration) => `Der Link gilt ${duration} und funktioniert nur einmal.`,
  mailedCode: { label: "Code aus der E-Mail", hint: "Zum Beispiel QLKB-FLDZ" },
  checkMail: {
    nothingArrived: "Nichts angekommen? Sieh im Spam-Ordner nach oder fordere die E-Mail noch einmal an.",
    resend: "Noch einmal senden",
    otherAddress: "Andere Adresse verwenden",
  },
  mail: {
    greeting: "Hallo,",
    closing: (siteName) =>
      `Du bekommst diese E-Mail, weil bei ${siteName} etwas mit dieser Adresse passiert ist.`,
    linkHint: "Falls der Button nicht funktioniert, öffne diesen Link:",
    passwordOff: {
      subject: (siteName) => `Dein Passwort für ${siteName} ist gesperrt`,
      text: (siteName, failures) =>
        `Für dein Konto bei ${siteName} wurde ${failures}-mal hintereinander ein falsches Passwort eingegeben. Auf neuen Geräten ist es deshalb gesperrt. Wähle ein neues Passwort, um dich dort anzumelden.`,
      known: "Auf Geräten, auf denen du schon angemeldet warst, funktioniert es weiterhin.",
      action: "Neues Passwort wählen",
    },
    newDevice: {
      subject: (siteName) => `Neue Anmeldung bei deinem Konto bei ${siteName}`,
      text: (siteName) =>
        `Bei deinem Konto bei ${siteName} gab es gerade eine Anmeldung auf einem neuen Gerät.`,
    },
    unfinishedLogin: {
      subject: (siteName) => `Unvollständige Anmeldung bei ${siteName}`,
      text: (siteName) =>
        `Jemand hat begonnen, sich auf einem neuen Gerät in deinem Konto bei ${siteName} anzumelden. Passwort, Link oder Code war richtig, aber die Anmeldung ist nicht abgeschlossen.`,
    },
    loginAfterFailures: {
      subject: (siteName) => `Anmeldung bei ${siteName} nach mehreren falschen Passwörtern`,
      text: (siteName) => `Bei deinem Konto bei ${siteName} gab es gerade eine Anmeldung.`,
      failures: (count) => `Direkt davor wurde ${count}-mal hintereinander ein falsches Passwort eingegeben.`,
    },
  },

  errors: {
    last_administrator: {
      title: "Letzte Administration",
      sentence:
        "Das ist das letzte aktive Konto mit der Rolle admin: Gib die Rolle erst einem anderen Konto.",
    },
    session_data_too_large: {
      title: "Zu viel auf einmal",
      sentence: "Diese Seite wollte sich mehr merken, als in diese Sitzung passt.",
    },
    email_taken: {
      title: "Zu dieser Adresse gibt es schon ein Konto",
      sentence: "Melde dich damit an oder wähle ein neues Passwort, wenn du deines vergessen hast.",
    },
    username_taken: {
      title: "Dieser Benutzername ist vergeben",
      sentence: "Wähle einen anderen.",
    },
    too_many_attempts: {
      title: "Zu viele Versuche",
      sentence: (minutes) =>
        `Warte ${minutes <= 1 ? "eine Minute" : `${minutes} Minuten`} und versuche es dann noch einmal.`,
    },
    login_required: {
      title: "Bitte melde dich an",
      sentence: "Um diese Seite zu sehen, musst du dich anmelden.",
    },
    forbidden: {
      title: "Kein Zugriff",
      sentence: "Du hast hier keinen Zugriff. Wenn du ihn brauchst, wende dich an die Administratoren.",
    },
    csrf_failed: {
      title: "Das Formular konnte nicht gesendet werden",
      sentence: "Das Formular ist abgelaufen. Geh zurück, lade die Seite neu und versuche es noch einmal.",
    },
    link_invalid: {
      title: "Dieser Link gilt nicht mehr",
      sentence: "Er ist abgelaufen, wurde schon benutzt oder durch einen neueren ersetzt.",
    },
    body_too_large: {
      title: "Das ist zu lang",
      sentence: "Kürze deine Eingabe und versuche es noch einmal.",
    },
    unsupported_media_type: {
      title: "Dieses Format geht hier nicht",
      sentence: "Sende das Formular von seiner Seite aus oder JSON mit dem Content-Type application/json.",
    },
    method_not_allowed: {
      title: "Das geht hier nicht",
      sentence:
        "Mit diesem Link oder Formular ist etwas schiefgegangen. Geh zurück und versuche es noch einmal.",
    },
    not_found: {
      title: "Seite nicht gefunden",
      sentence: "Hier gibt es nichts. Hast du dich vertippt? Sonst beginne auf der Startseite.",
    },
    overloaded: {
      title: "Gerade ist viel los",
      sentence: "Es wurde nichts geändert. Warte ein paar Sekunden und versuche es noch einmal.",
    },
    unavailable: {
      title: "Gerade nicht verfügbar",
      sentence:
        "Bei uns gibt es gerade ein Problem. Es wurde nichts geändert. Versuche es in ein paar Minuten noch einmal.",
    },
    malformed_body: {
      title: "Das konnten wir nicht lesen",
      sentence: "Die Anfrage ist beschädigt oder kein gültiges JSON. Prüfe sie und sende sie noch einmal.",
    },
    refused: {
      title: "Das ist hier nicht möglich",
      sentence:
        "Es wurde nichts geändert. Wenn du das für einen Fehler hältst, wende dich an die Betreiber dieser Seite.",
    },
    invalid_input: {
      title: "Bitte prüfe deine Eingaben",
      sentence: "Korrigiere die markierten Felder und sende das Formular noch einmal.",
    },
    internal_error: {
      title: "Etwas ist schiefgegangen",
      sentence:
        "Das liegt an uns, nicht an dir. Versuche es noch einmal. Wenn es wieder passiert, schick uns die Referenz unten.",
    },
  },

  fieldErrors: {
    invalid_role: "Höchstens 32 Kleinbuchstaben, Ziffern, Binde- und Unterstriche, der erste ein Buchstabe.",
    email_taken:
      "Zu dieser Adresse gibt es schon ein Konto. Melde dich damit an oder nimm eine andere Adresse.",
    username_taken: "Dieser Benutzername ist vergeben. Wähle einen anderen.",
    required: "Fülle dieses Feld aus.",
    too_short: (minimum) => `Verwende mindestens ${minimum} Zeichen.`,
    too_long: (maximum) => `Verwende höchstens ${maximum} Zeichen.`,
    invalid_characters: "Entferne die Zeichen, die hier nicht erlaubt sind.",
    invalid_email: "Gib eine E-Mail-Adresse wie name@example.com ein.",
    invalid_username: "Verwende nur Buchstaben, Ziffern, Punkte, Binde- und Unterstriche.",
    reserved: "Dieser Benutzername ist nicht verfügbar. Wähle einen anderen.",
    common_password: "Dieses Passwort ist zu verbreitet. Wähle eines, das schwerer zu erraten ist.",
    breached_password: "Dieses Passwort ist in einem Datenleck aufgetaucht. Wähle ein anderes.",
    same_as_identifier:
      "Dein Name, deine E-Mail-Adresse und der Name dieser Seite taugen nicht als Passwort. Wähle ein anderes.",
    same_password: "Wähle ein anderes Passwort als dein bisheriges.",
    wrong_type: "Gib einfachen Text ein.",
    invalid_input: "Prüfe dieses Feld.",
    wrong_code:
      "Der Code ist falsch oder abgelaufen. Sieh in der neuesten E-Mail nach oder fordere einen neuen Code an.",
  },

  requiredFields: {
    email: "Gib deine E-Mail-Adresse ein.",
    username: "Gib einen Benutzernamen ein.",
    password: "Gib ein Passwort ein.",
    code: "Gib den Code aus der E-Mail ein.",
  },

  events: {
    authn_login_pending: "Anmeldung nicht abgeschlossen: Ein Schritt fehlte noch.",
    authn_login_fail_max: "Passwort nach zu vielen falschen Eingaben gesperrt.",
    authn_reauthentication_fail: "Nicht bestätigt: Die Antwort war falsch.",
    authn_token_created: "Link erstellt.",
    authn_token_reuse: "Ein Link, der nicht mehr gilt, wurde geöffnet.",
    authz_fail: "Zugriff verweigert: Dieses Konto darf das nicht.",
    excess_rate_limit_exceeded: "Zu viele Versuche: Weitere wurden eine Zeit lang abgelehnt.",
    input_validation_fail: "Eine unlesbare Anfrage wurde abgelehnt.",
    malicious_csrf: "Ein Formular wurde abgelehnt, weil es abgelaufen war oder von einer anderen Seite kam.",
    privilege_permissions_changed: "Berechtigungen geändert.",
    sequence_fail: "Ein Schritt wurde abgelehnt, weil ein früherer fehlte.",
    "session_ended:ended_by_operator": "Von der Administration abgemeldet.",
    user_devices_forgotten: "Ein lange nicht benutztes Gerät gilt wieder als neu.",
  },

  ended: {
    rights_changed: "Deine Berechtigungen haben sich geändert. Bitte melde dich wieder an.",
    account_disabled:
      "Du wurdest abgemeldet. Wenn du nicht weißt, warum, frag bei den Betreibern dieser Seite nach.",
    ended_by_operator: "Die Administration hat dich abgemeldet. Bitte melde dich wieder an.",
    idle: "Du warst eine Weile weg und wurdest deshalb abgemeldet. Bitte melde dich wieder an.",
    expired: "Du warst sehr lange angemeldet. Bitte melde dich noch einmal an.",
    replaced:
      "Du hast dich in diesem Browser neu angemeldet, das hat die alte Sitzung ersetzt. Bitte melde dich wieder an.",
    renewed: "Deine Sitzung wurde anderswo erneuert. Bitte melde dich wieder an.",
    too_many_sessions:
      "Du hast dich auf vielen anderen Geräten angemeldet und wurdest deshalb hier abgemeldet. Bitte melde dich wieder an.",
  },

  endedShort: {
    rights_changed: "Berechtigungen geändert",
    account_disabled: "Konto gesperrt",
    ended_by_operator: "Von der Administration abgemeldet",
    idle: "Länger nicht benutzt",
    expired: "Zeitlimit erreicht",
    replaced: "Im selben Browser neu angemeldet",
    renewed: "Sitzung erneuert",
    too_many_sessions: "Auf zu vielen Geräten angemeldet",
  },
};

declare global {
  namespace Latchkey {
    /** The texts of every feature, by its name in camelCase. A feature adds its own beside its `english.ts`. */
    interface Words {
      common: typeof english;
    }
  }
}

/**
 * The common texts of features, and the library's own, in English. A refusal says what happened and what to do.
 * Sentences with a number or a name are functions. No text reveals whether an account exists.
 */
export const english = {
  skipToContent: "Skip to content",
  navigationLabel: "Main",
  account: "Your account",
  accountOverview: "Overview",
  home: "Home",
  login: "Log in",
  logout: "Log out",
  back: "Back",
  newLink: "Get a new link",
  tryAgain: "Try again",
  /** For a development server that was opened as 127.0.0.1 instead of localhost. */
  otherAddress: (origin: string) =>
    `This site's address is ${origin}. Open it there: forms sent from another address are refused.`,
  /** Above a form that is shown again because its page was open too long. */
  formExpired: "This form expired. Check what you typed, then send it again.",
  optional: (label: string) => `${label} (optional)`,
  showPassword: (label: string) =>
    `Show ${label.replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`,
  errorPrefix: "Error: ",
  errorSummaryTitle: "There is a problem",
  requestId: (id: string) => `Reference for support: ${id}`,
  emailLabel: "Email address",
  passwordLabel: "Password",
  newPasswordLabel: "New password",
  usernameLabel: "Username",
  passwordHint: (minimum: number) =>
    `At least ${minimum} characters. A few random words are easy to remember and hard to guess.`,
  remember: "Keep me logged in",
  rememberHint: "Only on your own device.",
  forgotPassword: "Forgot your password?",
  /** Replaces an unknown device or address in a list. */
  unknown: "Not known",
  labels: { time: "Time", device: "Device", address: "IP address" },
  devices: {
    both: (browser: string, system: string) => `${browser} on ${system}`,
    unknown: "Unknown device",
  },
  durations: {
    minutes: (count: number) => (count === 1 ? "a minute" : `${count} minutes`),
    hours: (count: number) => (count === 1 ? "an hour" : `${count} hours`),
    days: (count: number) => (count === 1 ? "a day" : `${count} days`),
  },
  linkLifetime: (duration: string) => `The link works for ${duration} and can be used once.`,
  mailedCode: { label: "Code from the email", hint: "For example QLKB-FLDZ" },
  checkMail: {
    nothingArrived: "Didn't get it? Check your spam folder, or send it again.",
    resend: "Send it again",
    otherAddress: "Use another address",
  },
  mail: {
    greeting: "Hello,",
    closing: (siteName: string) =>
      `You're receiving this email because of activity on ${siteName} with this address.`,
    linkHint: "If the button doesn't work, open this link:",
    passwordOff: {
      subject: (siteName: string) => `Your ${siteName} password has been switched off`,
      text: (siteName: string, failures: number) =>
        `A wrong password was entered ${failures} times in a row for your ${siteName} account, so it's been switched off on new devices. Choose a new password to log in there.`,
      known: "Devices you've logged in on before still work.",
      action: "Choose a new password",
    },
    newDevice: {
      subject: (siteName: string) => `New login to your ${siteName} account`,
      text: (siteName: string) => `Your ${siteName} account was just logged in to on a new device.`,
    },
    unfinishedLogin: {
      subject: (siteName: string) => `Unfinished login to your ${siteName} account`,
      text: (siteName: string) =>
        `Someone started to log in to your ${siteName} account on a new device. Their password, link or code was right, but they haven't finished.`,
    },
    loginAfterFailures: {
      subject: (siteName: string) => `Login to your ${siteName} account after wrong passwords`,
      text: (siteName: string) => `Your ${siteName} account was just logged in to.`,
      failures: (count: number) => `Right before that, a wrong password was entered ${count} times in a row.`,
    },
  },

  errors: {
    last_administrator: {
      title: "The last administrator",
      sentence: "This is the last active administrator: give another account the role admin first.",
    },
    session_data_too_large: {
      title: "Too much to remember",
      sentence: "This site tried to keep more for this session than fits.",
    },
    email_taken: {
      title: "This address already has an account",
      sentence: "Log in with it, or choose a new password if you've forgotten yours.",
    },
    username_taken: {
      title: "This username is taken",
      sentence: "Choose another.",
    },
    too_many_attempts: {
      title: "Too many attempts",
      sentence: (minutes: number) =>
        `Wait ${minutes <= 1 ? "a minute" : `${minutes} minutes`}, then try again.`,
    },
    login_required: {
      title: "Log in first",
      sentence: "You need to log in to see this page.",
    },
    forbidden: {
      title: "You can't open this",
      sentence: "You don't have access to this. If you think you should, ask an administrator.",
    },
    csrf_failed: {
      title: "This form can't be sent",
      sentence: "This form expired. Go back, reload the page and try again.",
    },
    link_invalid: {
      title: "This link is no longer valid",
      sentence: "It has expired, was already used, or was replaced by a newer one.",
    },
    body_too_large: {
      title: "That's too long",
      sentence: "Shorten it and try again.",
    },
    unsupported_media_type: {
      title: "This format isn't accepted",
      sentence: "Send the form from its page, or send JSON with the content type application/json.",
    },
    method_not_allowed: {
      title: "This can't be done here",
      sentence: "Something went wrong with that link or form. Go back and try again.",
    },
    not_found: {
      title: "Page not found",
      sentence: "There's nothing at this address. Check it for typos, or start from the home page.",
    },
    overloaded: {
      title: "Very busy right now",
      sentence: "Nothing was changed. Wait a few seconds and try again.",
    },
    unavailable: {
      title: "Not available right now",
      sentence: "We're having a problem right now. Nothing was changed. Try again in a few minutes.",
    },
    malformed_body: {
      title: "This couldn't be read",
      sentence: "The request is damaged or isn't valid JSON. Check it and send it again.",
    },
    refused: {
      title: "That isn't possible here",
      sentence: "Nothing was changed. If you think this is wrong, ask the people who run this site.",
    },
    invalid_input: {
      title: "Check what you entered",
      sentence: "Correct the marked fields and send the form again.",
    },
    internal_error: {
      title: "Something went wrong",
      sentence: "That's our fault, not yours. Try again; if it keeps happening, send us the reference below.",
    },
  },

  fieldErrors: {
    invalid_role: "Use up to 32 lower-case letters, digits, dashes and underscores, a letter first.",
    email_taken: "This address already has an account. Log in with it, or use another address.",
    username_taken: "This username is taken. Choose another.",
    required: "Fill in this field.",
    too_short: (minimum: number) => `Use at least ${minimum} characters.`,
    too_long: (maximum: number) => `Use at most ${maximum} characters.`,
    invalid_characters: "Remove the characters that can't be used here.",
    invalid_email: "Enter an email address like name@example.com.",
    invalid_username: "Use only letters, digits, dots, dashes and underscores.",
    reserved: "That username isn't available. Choose another.",
    common_password: "This password is too common. Choose one that's harder to guess.",
    breached_password: "This password has appeared in a data breach. Choose a different one.",
    same_as_identifier:
      "Choose a password that isn't your name, your email address or the name of this site.",
    same_password: "Choose a password that's different from your current one.",
    wrong_type: "Enter plain text.",
    invalid_input: "Check this field.",
    wrong_code: "That code is wrong or has expired. Check the latest email, or ask for a new code.",
  },

  /** The sentence of `required` for each field that has a separate one. */
  requiredFields: {
    email: "Enter your email address.",
    username: "Enter a username.",
    password: "Enter a password.",
    code: "Enter the code from the email.",
  },

  /** What happened to an account, by the name of its event. A variant of an event follows after a colon. */
  events: {
    authn_login_pending: "Login not finished: a step was left.",
    authn_login_fail_max: "Password switched off after too many wrong ones in a row.",
    authn_reauthentication_fail: "Not confirmed: the answer was wrong.",
    authn_token_created: "Link created.",
    authn_token_reuse: "A link that is no longer valid was opened.",
    authz_fail: "Access refused: this account isn't allowed to do that.",
    excess_rate_limit_exceeded: "Too many attempts: further ones were refused for a while.",
    input_validation_fail: "A request that couldn't be read was refused.",
    malicious_csrf: "A form was refused because it had expired or came from another site.",
    privilege_permissions_changed: "Permissions changed.",
    sequence_fail: "A step was refused because an earlier one was missing.",
    "session_ended:ended_by_operator": "Logged out by an administrator.",
    user_devices_forgotten: "A device that wasn't used for a long time counts as new again.",
  },

  /** Why a session ended, for the login page. */
  ended: {
    rights_changed: "Your permissions have changed. Please log in again.",
    account_disabled: "You were logged out. If you don't know why, ask the people who run this site.",
    ended_by_operator: "An administrator logged you out. Please log in again.",
    idle: "You were away for a while, so you were logged out. Please log in again.",
    expired: "You've been logged in for a long time, so please log in again.",
    replaced:
      "You logged in again in this browser, which replaced your earlier session. Please log in again.",
    renewed: "Your session was renewed elsewhere. Please log in again.",
    too_many_sessions:
      "You logged in on many other devices, so you were logged out on this one. Please log in again.",
  },

  /** Why a session ended, for lists. */
  endedShort: {
    rights_changed: "Permissions changed",
    account_disabled: "Account disabled",
    ended_by_operator: "Logged out by an administrator",
    idle: "Not used for a while",
    expired: "Reached the time limit",
    replaced: "Logged in again in the same browser",
    renewed: "Session renewed",
    too_many_sessions: "Logged in on too many devices",
  },
} as const;

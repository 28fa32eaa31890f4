declare global {
  namespace Latchkey {
    /** The texts of every feature, by its name in camelCase. A feature adds its own beside its `english.ts`. */
    interface Words {
      common: typeof english;
    }
  }
}

/**
 * What several features say, and what the library says itself, in English. A refusal says what happened and what to do.
 * Sentences that hold a number or a name are functions. No text tells whether an account exists.
 */
export const english = {
  skipToContent: "Skip to content",
  navigationLabel: "Main",
  home: "Home",
  login: "Log in",
  register: "Register",
  logout: "Log out",
  back: "Back",
  newLink: "Get a new link",
  optional: (label: string) => `${label} (optional)`,
  showPassword: "Show password",
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
  rememberHint: "Only on a device that is yours.",
  forgotPassword: "Forgot your password?",
  /** Stands for a device or an address that a list has no record of. */
  unknown: "Not known",
  labels: { time: "Time", device: "Device", address: "Network address" },
  devices: {
    both: (browser: string, system: string) => `${browser} on ${system}`,
    unknown: "A device we don't know",
  },
  durations: {
    minutes: (count: number) => (count === 1 ? "a minute" : `${count} minutes`),
    hours: (count: number) => (count === 1 ? "an hour" : `${count} hours`),
    days: (count: number) => (count === 1 ? "a day" : `${count} days`),
  },
  linkLifetime: (duration: string) => `The link works for ${duration} and can be used once.`,
  checkMail: {
    nothingArrived: "Nothing there? Look in the spam folder, or have it sent again.",
    resend: "Send it again",
    otherAddress: "Use another address",
  },
  mail: {
    greeting: "Hello,",
    closing: (siteName: string) =>
      `This message was sent by ${siteName} because of something done with this address.`,
    linkHint: "If the button doesn't work, open this address:",
    objection: {
      text: "Was that you? Then there is nothing to do. If it wasn't, say so, and we lock everybody out and help you back in.",
      action: "This wasn't me",
      lifetime: (duration: string) => `The link works for ${duration}.`,
    },
    passwordOff: {
      subject: (siteName: string) => `Your password for ${siteName} doesn't work any more`,
      text: (siteName: string, failures: number) =>
        `A wrong password was entered ${failures} times in a row for your account at ${siteName}, so it doesn't work any more where it was tried. Choose a new one to log in there.`,
      known: "Devices that you logged in on before go on as they did.",
      action: "Choose a new password",
    },
    newDevice: {
      subject: (siteName: string) => `A new device logged in to your account at ${siteName}`,
      text: (siteName: string) =>
        `Somebody, hopefully you, logged in to your account at ${siteName} on a device that wasn't used for it before.`,
    },
    loginAfterFailures: {
      subject: (siteName: string) => `A login to your account at ${siteName} after wrong passwords`,
      text: (siteName: string) => `Somebody, hopefully you, logged in to your account at ${siteName}.`,
      failures: (count: number) => `A wrong password had been entered ${count} times in a row before that.`,
    },
  },

  errors: {
    too_many_attempts: {
      title: "Too many attempts",
      sentence: (minutes: number) =>
        `Wait ${minutes <= 1 ? "a minute" : `${minutes} minutes`}, then try again.`,
    },
    login_required: {
      title: "Log in first",
      sentence: "This page needs an account. Log in to go on.",
    },
    forbidden: {
      title: "You can't open this",
      sentence: "Your account may not see or change this. If you think it should, ask an administrator.",
    },
    csrf_failed: {
      title: "This form can't be sent",
      sentence: "It was open too long or came from another site. Go back, reload the page and send it again.",
    },
    link_invalid: {
      title: "This link is no longer valid",
      sentence: "It was used already, replaced by a newer one, or is too old. Ask for a new link.",
    },
    body_too_large: {
      title: "That was too much at once",
      sentence: "What you sent is larger than this page takes. Shorten it and send it again.",
    },
    unsupported_media_type: {
      title: "This format isn't accepted",
      sentence: "Send the form from its page, or send JSON with the content type application/json.",
    },
    method_not_allowed: {
      title: "This can't be done here",
      sentence: "This address doesn't take that kind of request. Go back and use the buttons of the page.",
    },
    not_found: {
      title: "Page not found",
      sentence:
        "There is nothing at this address. Check it for typing mistakes, or start from the home page.",
    },
    overloaded: {
      title: "Very busy right now",
      sentence: "Nothing was changed. Wait a few seconds and try again.",
    },
    unavailable: {
      title: "Not available right now",
      sentence: "Something this page needs isn't working. Nothing was changed. Try again in a few minutes.",
    },
    malformed_body: {
      title: "This couldn't be read",
      sentence: "What was sent is damaged or isn't valid JSON. Check it and send it again.",
    },
    invalid_input: {
      title: "Check what you entered",
      sentence: "Some of it can't be accepted. Correct the marked fields and send the form again.",
    },
    internal_error: {
      title: "Something went wrong",
      sentence:
        "That is our fault, not yours. Try again; if it keeps happening, tell us the reference below.",
    },
  },

  fieldErrors: {
    required: "Fill in this field.",
    too_short: (minimum: number) => `Use at least ${minimum} characters.`,
    too_long: (maximum: number) => `Use at most ${maximum} characters.`,
    invalid_characters: "Remove the characters that can't be used here.",
    invalid_email: "Enter an email address like name@example.com.",
    invalid_username: "Use only letters, digits, dots, dashes and underscores.",
    reserved: "This name is reserved. Choose another one.",
    common_password: "Many people use this password, so it is guessed first. Choose another one.",
    breached_password: "This password appeared in a data breach, so it is guessed first. Choose another one.",
    same_as_identifier: "Choose a password that isn't your name, your address or the name of this site.",
    same_password: "Choose another password than the one you had.",
    wrong_type: "Enter plain text.",
    invalid_input: "Check this field.",
  },

  /** What `required` says for a field that has a sentence of its own. */
  requiredFields: {
    email: "Enter your email address.",
    username: "Enter a username.",
    password: "Enter a password.",
  },

  /** What happened to an account, by the name of its event, and after the colon what makes the difference within one. */
  events: {
    authn_login_fail_max: "The password was switched off after too many wrong ones in a row.",
    authn_token_created: "A link was made.",
    authn_token_reuse: "A link was used that is no longer valid.",
    authz_fail: "Something was refused that this account may not do.",
    excess_rate_limit_exceeded: "Attempts were refused for a while because there were too many.",
    input_validation_fail: "Something was refused because it couldn't be read.",
    malicious_csrf: "A form was refused because it came from another site or was open too long.",
    sensitive_read: "Data of the account was read.",
    sequence_fail: "A step was refused because the one before it was missing.",
  },

  /** Why a login ended, told on the login page. */
  ended: {
    idle: "You were away for a while, so you were logged out. Log in to go on.",
    expired: "Your login reached its time limit. Log in to go on.",
    replaced: "You logged in again in this browser, so the earlier login ended. Log in to go on.",
    renewed: "This login was renewed, and what this browser had is outdated. Log in to go on.",
    too_many_sessions: "You logged in on many other devices, so the oldest login ended. Log in to go on.",
  },

  /** Why a login ended, told in lists. */
  endedShort: {
    idle: "Not used for a while",
    expired: "Reached its time limit",
    replaced: "Replaced by a newer login in the same browser",
    renewed: "Went on under a new value",
    too_many_sessions: "Too many logins at the same time",
  },
} as const;

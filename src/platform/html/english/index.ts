import { accountActivityPages } from "./account-activity.ts";
import { accountDataFlash, accountDataMail, accountDataPages } from "./account-data.ts";
import { accountSessionsFlash, accountSessionsMail, accountSessionsPages } from "./account-sessions.ts";
import { emailChangeFlash, emailChangeMail, emailChangePages } from "./email-change.ts";
import { linkLifetime } from "./link-lifetime.ts";
import { mailLoginMail, mailLoginPages } from "./mail-login.ts";
import { passwordResetMail, passwordResetPages } from "./password-reset.ts";
import { undoFlash, undoMail, undoPages } from "./undo.ts";

/**
 * Every sentence of the pages, in English, grouped by where it appears. A refusal says what happened and what to do.
 * Sentences that hold a number or a name are functions. Nothing here tells whether an account exists.
 */
export const english = {
  common: {
    /** BCP 47; stands in the page's `lang`. */
    language: "en",
    siteTagline: "Your account, in safe hands.",
    skipToContent: "Skip to content",
    navigationLabel: "Main",
    home: "Home",
    login: "Log in",
    register: "Register",
    account: "Account",
    logout: "Log out",
    dashboard: "Dashboard",
    help: "Help",
    cancel: "Cancel",
    back: "Back",
    continue: "Continue",
    save: "Save",
    newLink: "Get a new link",
    optional: (label: string) => `${label} (optional)`,
    showPassword: "Show password",
    hidePassword: "Hide password",
    errorPrefix: "Error: ",
    errorSummaryTitle: "There is a problem",
    requestId: (id: string) => `Reference for support: ${id}`,
    emailLabel: "Email address",
    passwordLabel: "Password",
    newPasswordLabel: "New password",
    usernameLabel: "Username",
    passwordHint: (minimum: number) =>
      `At least ${minimum} characters. A few random words are easy to remember and hard to guess.`,
  },

  errors: {
    invalid_credentials: {
      title: "Not logged in",
      sentence: "Invalid email or password.",
    },
    too_many_attempts: {
      title: "Too many attempts",
      sentence: (minutes: number) => `Wait ${minutesInWords(minutes)}, then try again.`,
    },
    login_required: {
      title: "Log in first",
      sentence: "This page needs an account. Log in to go on.",
    },
    forbidden: {
      title: "You can't open this",
      sentence: "Your account may not see or change this. If you think it should, ask an administrator.",
    },
    reauthentication_required: {
      title: "Confirm it's you",
      sentence: "You logged in a while ago. Enter your password again to go on.",
    },
    csrf_failed: {
      title: "This form can't be sent",
      sentence: "It was open too long or came from another site. Go back, reload the page and send it again.",
    },
    link_invalid: {
      title: "This link is no longer valid",
      sentence: "It was used already, replaced by a newer one, or is too old. Ask for a new link.",
    },
    other_browser: {
      title: "Go back to the browser you started in",
      sentence:
        "This was asked for in another browser, so nobody is logged in here. Go back there and type the code from the mail.",
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
    email_taken: {
      title: "This address has an account",
      sentence: "Log in with it, or choose a new password if you forgot yours.",
    },
    username_taken: {
      title: "This username is taken",
      sentence: "Choose another one.",
    },
    registration_closed: {
      title: "Registration is closed",
      sentence: "New accounts need an invitation. Ask the people who run this site for one.",
    },
    internal_error: {
      title: "Something went wrong",
      sentence:
        "That is our fault, not yours. Try again; if it keeps happening, tell us the reference below.",
    },
    wrong_password: {
      title: "Wrong password",
      sentence: "That isn't your current password. Type it again, or choose a new one if you forgot it.",
    },
    password_change_required: {
      title: "Choose a new password",
      sentence: "Your password has to be replaced before you can log in.",
    },
    password_required: {
      title: "Choose a password",
      sentence: "You opened this link in another browser. Choose a password to finish.",
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
    same_email: "This is your address already. Enter another one.",
    same_password: "Choose another password than the one you had.",
    confirm_mismatch: "That isn't the email address of this account. Type it as it stands above.",
    last_administrator:
      "You are the last administrator. Make somebody else an administrator first, then delete this account.",
    wrong_type: "Enter plain text.",
    wrong_password: "That isn't your current password.",
    wrong_code: "This isn't the code of your last mail, or it is too old. Check it, or have a new mail sent.",
    email_taken: "This address has an account. Log in with it, or use another address.",
    username_taken: "This username is taken. Choose another one.",
    password_required: "Choose a password to finish.",
    invalid_input: "Check this field.",
  },

  /** What `required` says for a field that has a sentence of its own. */
  requiredFields: {
    email: "Enter your email address.",
    login: "Enter your email address or username.",
    username: "Enter a username.",
    password: "Enter a password.",
    current_password: "Enter your current password.",
    confirm: "Enter your email address.",
    title: "Enter a title.",
    content: "Write something first.",
    name: "Enter a name.",
    code: "Enter the code from the mail.",
  },

  registration: {
    title: "Create your account",
    intro: "It takes a minute.",
    usernameHint: (minimum: number, maximum: number) =>
      `${minimum} to ${maximum} letters, digits, dots, dashes or underscores. Other people can see it.`,
    submit: "Create account",
    haveAccount: "Have an account already?",
    loginLink: "Log in",
  },

  checkMail: {
    title: "Check your mail",
    sentence: (email: string) => `We sent a message to ${email}. Open the link in it to go on.`,
    lifetime: linkLifetime,
    nothingArrived: "Nothing there? Look in the spam folder, or have it sent again.",
    resend: "Send it again",
    otherAddress: "Use another address",
  },

  confirmEmail: {
    title: "Confirm your email address",
    sentence: (email: string) => `Is ${email} your address? Confirm it to finish your registration.`,
    submit: "Confirm address",
    choosePasswordTitle: "Choose a password to finish",
    choosePasswordIntro: "This isn't the browser you registered with, so choose a password here.",
    choosePasswordSubmit: "Confirm and log in",
    notMe: "You didn't register? Close this page; nothing will happen.",
    newLinkTitle: "Get a new link",
    newLinkIntro: "Enter your address and we send you a new link.",
    newLinkSubmit: "Send a new link",
  },

  login: {
    title: "Log in",
    intro: (siteName: string) => `Welcome back to ${siteName}.`,
    identifierLabel: "Email or username",
    remember: "Keep me logged in",
    rememberHint: "Only on a device that is yours.",
    submit: "Log in",
    forgotPassword: "Forgot your password?",
    /** Follows the sentence about waiting. */
    wayAround: "Is somebody else trying to get in? Choose a new password by “Forgot your password?” below.",
    noAccount: "New here?",
    registerLink: "Create an account",
    ended: {
      logout: "You logged out.",
      idle: "You were away for a while, so you were logged out. Log in to go on.",
      expired: "Your login reached its time limit. Log in to go on.",
      replaced: "You logged in again in this browser, so the earlier login ended. Log in to go on.",
      password_changed: "Your password was changed. Log in with the new one.",
      password_reset: "Your password was reset. Log in with the new one.",
      rights_changed: "What your account may do has changed. Log in again to go on.",
      account_disabled: "Your login was ended. Ask the people who run this site if you don't know why.",
      ended_by_user: "This login was ended from another device. Wasn't that you? Change your password.",
      ended_by_operator: "An administrator ended this login. Log in to go on.",
      renewed: "This login was renewed, and what this browser had is outdated. Log in to go on.",
      email_confirmed: "The address of this account was confirmed by its owner, which ended earlier logins.",
      email_changed: "The address of this account was changed, which ended other logins. Log in to go on.",
      undone:
        "Somebody said by mail that a change wasn't theirs, so every login ended. Choose a new password.",
      deletion_requested: "This account is to be deleted. Log in to keep it.",
      too_many_attempts: "There were too many wrong passwords, so this login ended. Log in to go on.",
      too_many_sessions: "You logged in on many other devices, so the oldest login ended. Log in to go on.",
    },
  },

  logout: {
    title: "Log out?",
    sentence: "You will need your password to come back.",
    submit: "Log out",
    stay: "Stay logged in",
  },

  reauthenticate: {
    title: "Confirm it's you",
    intro: (name: string) => `You are logged in as ${name}. Enter your password to go on.`,
    submit: "Confirm",
  },

  account: {
    title: "Your account",
    intro: "Your details, your security and your data.",
    memberSince: "Member since",
    emailConfirmed: "Confirmed",
    emailNotConfirmed: "Not confirmed",
    securityTitle: "Security",
    dataTitle: "Your data",
    links: {
      password: { label: "Password", description: "Choose a new password." },
      email: { label: "Email address", description: "Change where we reach you." },
      sessions: {
        label: "Logged-in devices",
        description: "See where you are logged in and end what isn't you.",
      },
      activity: { label: "Activity", description: "Logins and changes of this account." },
      tokens: { label: "API tokens", description: "Let your own programs act for you." },
      export: {
        label: "Download your data",
        description: "Everything this site keeps about you, in one file.",
      },
      delete: { label: "Delete account", description: "Close the account and remove its data." },
    },
  },

  changePassword: {
    title: "Change your password",
    intro: "You stay logged in here. Every other device is logged out.",
    currentLabel: "Current password",
    submit: "Change password",
  },

  ...passwordResetPages,
  ...emailChangePages,
  ...undoPages,
  ...accountSessionsPages,
  ...accountActivityPages,
  ...accountDataPages,
  ...mailLoginPages,

  adminUsers: {
    title: "Users",
    caption: "Users",
    searchLabel: "Email or username",
    roleLabel: "Role",
    statusLabel: "Status",
    anyRole: "Any role",
    anyStatus: "Any status",
    search: "Search",
    nextPage: "Next page",
    emptyTitle: "No users found",
    emptyHint: "Try a shorter search, or any role and status.",
    columns: { user: "User", roles: "Roles", status: "Status", created: "Created", lastLogin: "Last login" },
    status: { active: "Active", disabled: "Disabled", unconfirmed: "Not confirmed", locked: "Locked" },
    never: "Never",
    rolesTitle: "Roles",
    rolesSubmit: "Save roles",
    disable: "Disable account",
    enable: "Enable account",
    unlock: "Unlock password",
    endSessions: "End all logins",
    sendReset: "Send a password link",
    impersonate: "Act as this user",
    reasonLabel: "Reason",
    reasonHint: "Kept in the audit log.",
  },

  mail: {
    greeting: "Hello,",
    closing: (siteName: string) =>
      `This message was sent by ${siteName} because of something done with this address.`,
    linkHint: "If the button doesn't work, open this address:",
    confirm: {
      subject: (siteName: string) => `Confirm your email address for ${siteName}`,
      text: (siteName: string) =>
        `Somebody, hopefully you, registered at ${siteName} with this address. Confirm it to finish.`,
      action: "Confirm address",
      lifetime: linkLifetime,
      notMe: "You didn't register? Ignore this message; nothing will happen without you.",
    },
    taken: {
      subject: (siteName: string) => `You already have an account at ${siteName}`,
      text: (siteName: string) =>
        `Somebody, maybe you, tried to register at ${siteName} with this address. It has an account already, so nothing was changed.`,
      action: "Log in",
      notMe:
        "That wasn't you? Then there is nothing to do: whoever it was learned nothing about your account.",
    },
    labels: { time: "Time", device: "Device", address: "Network address" },
    devices: {
      both: (browser: string, system: string) => `${browser} on ${system}`,
      unknown: "A device we don't know",
    },
    objection: {
      text: "Was that you? Then there is nothing to do. If it wasn't, say so, and we lock everybody out and help you back in.",
      action: "This wasn't me",
      lifetime: (duration: string) => `The link works for ${duration}.`,
    },
    ...passwordResetMail,
    ...emailChangeMail,
    ...undoMail,
    ...accountSessionsMail,
    ...accountDataMail,
    ...mailLoginMail,
    durations: {
      minutes: (count: number) => (count === 1 ? "a minute" : `${count} minutes`),
      hours: (count: number) => (count === 1 ? "an hour" : `${count} hours`),
      days: (count: number) => (count === 1 ? "a day" : `${count} days`),
    },
  },

  flash: {
    registered: "Welcome! Your account is ready.",
    confirmed: "Thank you, your email address is confirmed.",
    signedIn: "You are logged in.",
    signedOut: "You are logged out.",
    passwordChanged: "Your password is changed. Every other device is logged out.",
    passwordChosen: "Your new password is saved. Log in with it.",
    reauthenticated: "Thank you. You can go on.",
    ...emailChangeFlash,
    ...undoFlash,
    ...accountSessionsFlash,
    ...accountDataFlash,
  },
} as const;

function minutesInWords(minutes: number): string {
  if (minutes <= 1) return "a minute";
  return `${minutes} minutes`;
}

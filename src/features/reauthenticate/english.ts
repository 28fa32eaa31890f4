declare global {
  namespace Latchkey {
    interface Words {
      reauthenticate: typeof english;
    }
  }
}

/** The repeated proof before a sensitive action. */
export const english = {
  title: "Confirm it's you",
  byPassword: (name: string) => `You're logged in as ${name}. Enter your password to continue.`,
  byAny: (name: string) => `You're logged in as ${name}. Confirm it's you to continue.`,
  byNothing: (name: string) => `You're logged in as ${name}. To confirm it's you, you need a password.`,
  submit: "Confirm",
  choosePassword: "Choose a password",
  code: {
    offer: (name: string, email: string) =>
      `You're logged in as ${name}. To continue, confirm it's you with a code. We'll send it to ${email}.`,
    /** Beside another way. */
    instead: (email: string) => `You can also confirm with a code. We'll send it to ${email}.`,
    send: "Send the code",
    sent: (email: string) => `We've sent a code to ${email}. Enter it to continue.`,
    lifetime: (duration: string) => `It works for ${duration}, in this browser only.`,
    nothingArrived: "Didn't get it? Check your spam folder, or ask for a new code.",
    sendNew: "Send a new code",
  },
  flash: {
    reauthenticated: "Thanks, you're confirmed.",
  },
  mail: {
    subject: (siteName: string) => `Confirm it's you on ${siteName}`,
    text: (siteName: string) => `You asked for a code to confirm that it's you on ${siteName}.`,
    code: "Enter this code in the browser where you asked for it:",
    lifetime: (duration: string) =>
      `The code expires in ${duration} and works once. Don't share it with anyone, even if they ask for it.`,
  },
  errors: {
    reauthentication_required: {
      title: "Confirm it's you",
      sentence: "You logged in a while ago. Confirm it's you to continue.",
    },
  },
  fieldErrors: {
    wrong_password: "That isn't your current password.",
  },
  events: {
    authn_reauthentication_success: "Confirmed that it's you.",
    "authn_reauthentication_success:password": "Password confirmed.",
    "authn_reauthentication_success:email_link": "Confirmed with a code from an email.",
    "authn_reauthentication_fail:password": "Password not confirmed: it was wrong.",
    "authn_reauthentication_fail:email_link": "Code not confirmed: it was wrong or had expired.",
    "authn_token_created:reauthenticate": "Code emailed to confirm that it's you.",
  },
  ended: {
    too_many_attempts: "There were too many wrong attempts, so you were logged out. Please log in again.",
  },
  endedShort: {
    too_many_attempts: "Too many wrong attempts",
  },
} as const;

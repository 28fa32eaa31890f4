/** Sign-in by mail, and the notice of a new device. */

export const mailLoginPages = {} as const;

export const mailLoginMail = {} as const;

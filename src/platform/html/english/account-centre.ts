/** The account centre: sessions, activity, export, deletion. */

export const accountCentrePages = {} as const;

export const accountCentreMail = {} as const;

export const accountCentreFlash = {} as const;

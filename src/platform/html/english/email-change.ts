/** Changes of address, and "this wasn't me". */

export const emailChangePages = {} as const;

export const emailChangeMail = {} as const;

export const emailChangeFlash = {} as const;

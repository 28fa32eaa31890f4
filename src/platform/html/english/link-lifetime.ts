/** How long a mailed link works, the same wherever it is said. */
export const linkLifetime = (duration: string) => `The link works for ${duration} and can be used once.`;

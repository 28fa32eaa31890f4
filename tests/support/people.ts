let people = 0;

/** The address of somebody who wasn't there before. */
export function newAddress(): string {
  people += 1;
  return `person-${people}@example.org`;
}

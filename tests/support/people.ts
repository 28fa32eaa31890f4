let people = 0;

/** A new address. */
export function newAddress(): string {
  people += 1;
  return `person-${people}@example.org`;
}

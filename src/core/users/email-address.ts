import { domainToASCII, domainToUnicode } from "node:url";

const MAXIMUM_LOCAL_OCTETS = 64;
const MAXIMUM_ADDRESS_OCTETS = 254;
const MAXIMUM_DOMAIN_OCTETS = 253;
/** Longer input can't become an address of 254 octets by any normalisation. */
const MAXIMUM_INPUT_LENGTH = 1024;

/** RFC 5322 atext without `%` and `!`: old relays read these as a route to another host. */
const ASCII_ATOM = /^[A-Za-z0-9#$&'*+\-/=?^_`{|}~.]+$/;
const ASCII = /^[\x00-\x7f]+$/;
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}\p{Default_Ignorable_Code_Point}]/u;
const ASCII_PUNCTUATION = /[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/;
const ENCODED_WORD = /=\?[^?]+\?[bq]\?/i;
const DOMAIN = /^[\p{L}\p{M}\p{Nd}.-]+$/u;
/** Providers that gave out addresses with dots in a row or before the `@`, against RFC 5322. They receive mail. */
const looseDots = new Set(["docomo.ne.jp", "ezweb.ne.jp"]);
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Parses one e-mail address. `address` is the address as typed (NFC, without surrounding spaces): mail goes there.
 * `key` compares addresses. Null if it isn't one plain mailbox. Never throws; linear in the input.
 *
 * It accepts a dot-atom local part of at most 64 octets, ASCII or UTF-8 (RFC 5321, 6531). The domain has a dot, or is
 * `localhost`. At most 254 octets in total, with the domain in either form. Two providers' addresses may have dots in a
 * row.
 *
 * Refused: quoted local parts, comments, groups, routes, `%` and `!` routing, encoded words and address literals. Also
 * control, space and invisible characters, and look-alikes that a later step might normalise into ASCII.
 *
 * The key's local part is folded by character, and only if upper and lower case map to each other. `MIKE` is `mike`,
 * but ı, İ, ſ and ß never become ASCII letters. Dots and `+tags` stay significant.
 *
 * @see Rows EM-02, SU-05, SU-06
 */
export function parseEmailAddress(value: string): { address: string; key: string } | null {
  if (value.length > MAXIMUM_INPUT_LENGTH) return null;
  const typed = trimSpaces(value);
  if (hasDisguisedAscii(typed)) return null;
  const address = typed.normalize("NFC");
  if (INVISIBLE.test(address) || Buffer.byteLength(address) > MAXIMUM_ADDRESS_OCTETS) return null;

  const at = address.indexOf("@");
  if (at === -1 || at !== address.lastIndexOf("@")) return null;
  const local = address.slice(0, at);
  const domain = canonicalDomain(address.slice(at + 1));
  if (domain === null || !isLocalPart(local)) return null;
  if (!isDotAtom(local) && !(looseDots.has(domain) && !local.startsWith("."))) return null;

  const key = `${foldCase(local)}@${domain}`;
  return Buffer.byteLength(key) > MAXIMUM_ADDRESS_OCTETS ? null : { address, key };
}

/** The key of a checked address, such as an account's. */
export function emailKeyOf(address: string): string {
  return parseEmailAddress(address)?.key ?? address;
}

function trimSpaces(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && value[start] === " ") start++;
  while (end > start && value[end - 1] === " ") end--;
  return value.slice(start, end);
}

/** The Kelvin sign is canonically a K, the full-width ＠ and ＜ are compatible with the ASCII ones, and so on. */
function hasDisguisedAscii(text: string): boolean {
  for (const character of text) {
    if (ASCII.test(character)) continue;
    if (ASCII.test(character.normalize("NFC"))) return true;
    if (ASCII_PUNCTUATION.test(character.normalize("NFKC"))) return true;
  }
  return false;
}

/** A dot stands between two other characters (RFC 5322, dot-atom). */
function isDotAtom(local: string): boolean {
  return !local.startsWith(".") && !local.endsWith(".") && !local.includes("..");
}

function isLocalPart(local: string): boolean {
  const ascii = local.replace(/[^\x00-\x7f]/g, "a");
  if (!ASCII_ATOM.test(ascii) || Buffer.byteLength(local) > MAXIMUM_LOCAL_OCTETS) return false;
  // RFC 2047 encoded words: some mail software decodes them into another address.
  return !ENCODED_WORD.test(local);
}

/** The domain as lower-case A-labels, or null if it isn't a host name in DNS. */
function canonicalDomain(domain: string): string | null {
  if (!DOMAIN.test(domain)) return null;
  // Full-width and other compatibility letters map to ASCII only in some converters.
  if (domain !== domain.normalize("NFKC")) return null;

  const canonical = domainToASCII(domain);
  // The URL host parser turns `127.1` and `0x7f.1` into IP addresses; plain ASCII must come back as it was.
  if (canonical === "" || (ASCII.test(domain) && canonical !== domain.toLowerCase())) return null;
  if (canonical.length > MAXIMUM_DOMAIN_OCTETS) return null;
  const labels = canonical.split(".");
  if (labels.length === 1 && canonical !== "localhost") return null;
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1)!)) return null;
  return hasValidPunycode(canonical) ? canonical : null;
}

function hasValidPunycode(domain: string): boolean {
  if (!domain.includes("xn--")) return true;
  const unicode = domainToUnicode(domain);
  return domainToASCII(unicode) === domain && !unicode.split(".").some((label) => label.startsWith("xn--"));
}

function foldCase(text: string): string {
  let folded = "";
  for (const character of text) {
    const lower = character.toLowerCase();
    folded += lower.toUpperCase() === character && character.length === lower.length ? lower : character;
  }
  // Lower case may have a composed form that upper case lacks (T̈ and ẗ).
  return folded.normalize("NFC");
}

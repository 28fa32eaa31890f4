import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

/*
 * X.509 certificates for servers in tests, made on demand, so that the repository holds no private key. It implements
 * just enough of DER (X.690) and RFC 5280 for one self-signed certificate.
 */

function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const head =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...head]), content]);
}

const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const set = (...parts: Uint8Array[]) => der(0x31, ...parts);
const bitString = (content: Uint8Array) => der(0x03, Buffer.from([0]), content);
const octetString = (content: Uint8Array) => der(0x04, content);
const time = (text: string) => der(0x18, Buffer.from(text));
const integer = (content: Uint8Array) => der(0x02, content);
const identifier = (hex: string) => der(0x06, Buffer.from(hex, "hex"));

const ECDSA_WITH_SHA256 = "2a8648ce3d040302";
const COMMON_NAME = "550403";
const SUBJECT_ALTERNATIVE_NAME = "551d11";
const BASIC_CONSTRAINTS = "551d13";

function alternativeName(name: string): Buffer {
  return isIP(name) === 4
    ? der(0x87, Buffer.from(name.split(".").map(Number)))
    : der(0x82, Buffer.from(name));
}

/** A key and a certificate for these names and IPv4 addresses (PEM), signed by itself, valid until 2100. */
export function selfSignedCertificate(names: readonly string[]): { key: string; cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(identifier(ECDSA_WITH_SHA256));
  const commonName = sequence(identifier(COMMON_NAME), der(0x0c, Buffer.from(names[0] ?? "test")));
  const issuer = sequence(set(commonName));
  const serial = randomBytes(16);
  serial[0] = 1;
  const yes = der(0x01, Buffer.from([0xff]));
  const extensions = sequence(
    sequence(
      identifier(SUBJECT_ALTERNATIVE_NAME),
      octetString(sequence(...names.map((name) => alternativeName(name)))),
    ),
    sequence(identifier(BASIC_CONSTRAINTS), yes, octetString(sequence(yes))),
  );
  const body = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    issuer,
    sequence(time("20200101000000Z"), time("21000101000000Z")),
    issuer,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const certificate = sequence(body, algorithm, bitString(sign("sha256", body, privateKey)));
  const lines = certificate.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

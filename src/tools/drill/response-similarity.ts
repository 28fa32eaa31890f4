import type { Answer } from "../site/exchange.ts";

/** These always differ between answers. The whole body is compared, so its length is too. */
const passing = new Set(["date", "content-length", "connection", "keep-alive", "x-request-id"]);

const escaped = (name: string): string =>
  name.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

/** The text with the typed name and everything random by design masked. */
function masked(text: string, typed: string): string {
  return [typed, escaped(typed), encodeURIComponent(typed)]
    .reduce((left, name) => left.replaceAll(name, "TYPED"), text)
    .replace(/nonce-[A-Za-z0-9+/_=-]+/g, "nonce-N")
    .replace(/nonce="[^"]*"/g, 'nonce="N"')
    .replace(/name="csrf_token" value="[^"]*"/g, 'name="csrf_token" value="T"')
    .replace(/"(csrf_token|request_id)":\s*"[^"]*"/g, '"$1":"R"')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, "UUID")
    .replace(/[A-Za-z0-9_-]{20,}/g, (word) => (/\d/.test(word) && /[A-Z]/.test(word) ? "R" : word));
}

/** What an outsider sees of an answer, as lines. A cookie shows its name, attributes and length. */
function seen(reply: Answer, typed: string): string[] {
  const headers = Object.entries(reply.headers)
    .filter(([name]) => !passing.has(name))
    .map(([name, value]) => `${name}: ${name === "retry-after" ? "N" : masked(value, typed)}`);
  const cookies = reply.setCookies
    .map((cookie) => cookie.replace(/^([^=]*)=([^;]*)/, (_, name, value) => `${name}=<${value.length}>`))
    .map((cookie) => `set-cookie: ${cookie.replace(/expires=[^;]*/i, "expires=E")}`);
  return [`status ${reply.status}`, ...headers, ...cookies, ...masked(reply.body, typed).split("\n")];
}

export interface Answered {
  reply: Answer;
  /** The name in the request, which the answer may repeat. */
  typed: string;
}

/** The first difference between two answers; null when an outsider sees none. */
export function difference(a: Answered, b: Answered): string | null {
  const [first, second] = [seen(a.reply, a.typed), seen(b.reply, b.typed)];
  const length = Math.max(first.length, second.length);
  for (let index = 0; index < length; index += 1) {
    if (first[index] === second[index]) continue;
    const show = (line: string | undefined) =>
      line === undefined ? "no line" : `"${line.trim().slice(0, 120)}"`;
    return `${show(first[index])} against ${show(second[index])}`;
  }
  return null;
}

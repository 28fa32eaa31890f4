/** A complete answer. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  location: string | null;
  setCookies: string[];
  /** The problem's `code`, or null for an answer that isn't a problem. */
  code: string | null;
  /** The body as JSON; throws if it isn't JSON. */
  json<Body = Record<string, unknown>>(): Body;
  /** The problem codes of one field. */
  fieldCodes(field: string): string[];
}

interface Problem {
  code: string;
  errors?: Record<string, { code: string }[]>;
}

export async function readAnswer(response: Response): Promise<Answer> {
  const { status, headers } = response;
  const text = await response.text();
  const isProblem = headers.get("content-type")?.startsWith("application/problem+json") ?? false;
  // The answer to a HEAD request has the headers but no body.
  const problem = isProblem && text !== "" ? (JSON.parse(text) as Problem) : null;
  return {
    status,
    headers,
    text,
    location: headers.get("location"),
    setCookies: headers.getSetCookie(),
    code: problem?.code ?? null,
    json: <Body>() => JSON.parse(text) as Body,
    fieldCodes: (field) => (problem?.errors?.[field] ?? []).map(({ code }) => code),
  };
}

/**
 * What an outsider sees of an answer. Random parts are masked: nonces, CSRF tokens, request ids, cookie values (their
 * length stays). `names` are the typed names, so that answers for two accounts can be compared.
 */
export function seenFromOutside(answer: Answer, ...names: string[]): object {
  const mask = (text: string) =>
    names
      .reduce(
        (masked, name) => masked.replaceAll(name, "NAME").replaceAll(encodeURIComponent(name), "NAME"),
        text,
      )
      .replace(/nonce-[A-Za-z0-9+/=]+/g, "nonce-N")
      .replace(/nonce="[^"]*"/g, 'nonce="N"')
      .replace(/name="csrf_token" value="[^"]*"/g, 'name="csrf_token" value="T"')
      .replace(/"csrf_token":"[^"]*"/g, '"csrf_token":"T"')
      .replace(/"request_id":"[^"]*"/g, '"request_id":"R"');
  const headers = [...answer.headers]
    .filter(([name]) => name !== "set-cookie")
    .map(([name, value]) => [name, name === "x-request-id" ? "R" : mask(value)]);
  const cookies = answer.setCookies.map((cookie) =>
    cookie.replace(/^([^=]*)=([^;]*)/, (_, name: string, value: string) => `${name}=<${value.length}>`),
  );
  return { status: answer.status, headers, cookies, body: mask(answer.text) };
}

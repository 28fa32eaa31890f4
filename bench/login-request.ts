/** A login as raw text. */
export function loginRequest(
  { token, cookie }: { token: string; cookie: string | undefined },
  fields: { login: string; password: string },
): string {
  const body = JSON.stringify(fields);
  return [
    "POST /login HTTP/1.1",
    "Host: localhost:3000",
    "Origin: http://localhost:3000",
    "Accept: application/json",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-CSRF-Token: ${token}`,
    `Cookie: ${cookie}`,
    "",
    body,
  ].join("\r\n");
}

/** The cookies and token with which a signed-out browser sends its logins. */
export async function newBrowser(port: number): Promise<{ token: string; cookie: string | undefined }> {
  const csrf = await fetch(`http://127.0.0.1:${port}/csrf`, { headers: { accept: "application/json" } });
  const { csrf_token: token } = (await csrf.json()) as { csrf_token: string };
  return { token, cookie: csrf.headers.getSetCookie()[0]?.split(";")[0] };
}

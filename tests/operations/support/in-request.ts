import type { AuthContext, RequestAuth } from "latchkey";
import type { Browser } from "../../support/browser.ts";
import { origin, type Site } from "../../support/site.ts";

/** The auth of a request that this browser would send. */
export function requestAuth({ auth }: Site, browser: Browser, language?: string): Promise<RequestAuth> {
  const headers = new Headers();
  if (browser.jar.header !== "") headers.set("cookie", browser.jar.header);
  if (language !== undefined) headers.set("accept-language", language);
  return auth.for(new Request(`${origin}/own`, { headers }), { socketAddress: "127.0.0.1" });
}

/** Calls functions inside a request of this browser, which then has the cookies of the answer. */
export async function inRequest<Result>(
  site: Site,
  browser: Browser,
  work: (context: RequestAuth) => Promise<Result>,
): Promise<{ result: Result; context: RequestAuth; setCookies: string[] }> {
  const context = await requestAuth(site, browser);
  const result = await work(context);
  const setCookies = context.setCookies();
  const headers = new Headers();
  for (const cookie of setCookies) headers.append("set-cookie", cookie);
  browser.jar.take({ headers });
  return { result, context, setCookies };
}

/** A script's context. */
export const inScript = ({ auth }: Site): AuthContext => auth.context({ address: "127.0.0.1" });

import { oneLine } from "../core/outbox/index.ts";
import { ConfigurationError } from "../platform/errors/index.ts";

/** The mail server that an SMTP URL names. */
export interface SmtpServer {
  host: string;
  port: number | undefined;
  secure: boolean;
  requireTLS: boolean;
  auth: { user: string; pass: string } | undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigurationError("The SMTP URL's user or password holds a bare %: write it as %25.");
  }
}

/** Reads the URL. It may hold secrets, so no message repeats it. */
export function readSmtpServer(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === "") {
    throw new ConfigurationError(
      "The SMTP URL isn't a mail server's address: write it like smtps://user:password@mail.example.org.",
    );
  }
  for (const [name, value] of url.searchParams) {
    if (name === "requireTLS" && (value === "true" || value === "false")) continue;
    throw new ConfigurationError(
      `The SMTP URL's parameter "${oneLine(name)}" is not understood: the only one is requireTLS=true.`,
    );
  }
  const [user, pass] = [decoded(url.username), decoded(url.password)];
  return {
    host: decoded(url.hostname).replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? undefined : Number(url.port),
    secure: url.protocol === "smtps:",
    requireTLS: url.searchParams.get("requireTLS") === "true",
    auth: user === "" && pass === "" ? undefined : { user, pass },
  };
}

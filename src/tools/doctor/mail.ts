import { readSmtpServer, type SmtpServer } from "../../adapters/smtp-url.ts";
import { ConfigurationError } from "../../platform/errors/index.ts";
import { isLoopback } from "../../platform/http/index.ts";
import { DAY } from "../../platform/time/index.ts";
import { type Check, note, ok, serious, type Verdict, warning } from "./finding.ts";
import type { Setup } from "./setup.ts";
import { probeSmtp, type SmtpAddress, type SmtpFacts } from "./smtp-probe.ts";

export interface MailFacts {
  now: number;
  production: boolean;
  /** Whether SMTP_URL is set. */
  configured: boolean;
  /** The library's sentence if it can't use SMTP_URL. It repeats no part of the address. */
  refused: string | null;
  address: SmtpAddress | null;
  hasPassword: boolean;
  insists: boolean;
  /** Whether the package loads. Without it no server is contacted. */
  nodemailer: boolean;
  smtp: SmtpFacts | null;
}

const SOON_MS = 14 * DAY;

/** Talks to the configured mail server. Sends no mail and never signs in. */
export async function inspectMail({ environment }: Setup, now: number, ca?: string): Promise<MailFacts> {
  const { smtpUrl, production } = environment;
  const facts = {
    now,
    production,
    nodemailer: true,
    refused: null,
    address: null,
    hasPassword: false,
    insists: false,
  };
  if (smtpUrl === undefined) return { ...facts, configured: false, smtp: null };
  let server: SmtpServer;
  try {
    server = readSmtpServer(smtpUrl);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { ...facts, configured: true, refused: error.message, smtp: null };
  }
  const { host, secure: implicit, requireTLS: insists, auth } = server;
  const address = { host, port: server.port ?? (implicit ? 465 : 587), implicit };
  const smtp = await probeSmtp(address, ca);
  return {
    ...facts,
    configured: true,
    nodemailer: smtp !== null,
    address,
    hasPassword: (auth?.pass ?? "") !== "",
    insists,
    smtp,
  };
}

const packageLoads: Check<MailFacts> = {
  name: "mail-package",
  look({ configured, nodemailer }) {
    if (!configured || nodemailer) return [];
    return serious(
      "SMTP_URL is set, but the package nodemailer doesn't load.",
      "Run npm install nodemailer.",
    );
  },
};

const problems = {
  connection: "nothing answers there",
  greeting: "it doesn't greet as a mail server does",
  certificate: "its certificate isn't valid for that name, or the encryption fails",
  silence: "it was silent for ten seconds",
};

const server: Check<MailFacts> = {
  name: "mail-server",
  look({ configured, refused, address, smtp, production }) {
    if (refused !== null) return serious(refused, "Correct SMTP_URL.");
    if (!configured) {
      return production
        ? []
        : note(
            "Mail isn't sent: it is kept, and shown at /dev/mailbox.",
            "Set SMTP_URL before other people use the application.",
          );
    }
    if (address === null || smtp === null) return [];
    const place = `${address.host}:${address.port}`;
    if (!("failed" in smtp)) return ok(`The mail server ${place} greets.`);
    return serious(
      `No mail can be sent through ${place}: ${problems[smtp.failed]} (${smtp.code}).`,
      smtp.failed === "certificate"
        ? "Use the name in the certificate, renew it, or name a private authority in NODE_EXTRA_CA_CERTS."
        : "Correct SMTP_URL, start the mail server, or open the firewall.",
    );
  },
};

const encryption: Check<MailFacts> = {
  name: "mail-encryption",
  look({ address, smtp, hasPassword, insists, now }) {
    if (address === null || smtp === null || "failed" in smtp) return [];
    const near = isLoopback(address.host);
    if (!smtp.encrypted) {
      if (insists) {
        return serious(
          "The mail server offers no STARTTLS, which SMTP_URL requires: no mail can be sent.",
          "Use smtps://, or a server that offers STARTTLS.",
        );
      }
      if (near) return ok("The mail server is on this machine, so nothing crosses the network unencrypted.");
      const links = "Mail with sign-in links is sent unencrypted: the server offers no STARTTLS.";
      const fix = "Use smtps://, or a server that offers STARTTLS, with ?requireTLS=true.";
      return hasPassword
        ? serious(
            "The mail server's password and all mail are sent unencrypted: the server offers no STARTTLS.",
            fix,
          )
        : serious(links, fix);
    }
    const verdicts: Verdict[] = [];
    const left = (smtp.certificateEndsAt ?? Number.POSITIVE_INFINITY) - now;
    if (left < SOON_MS) {
      verdicts.push(
        warning(`The mail server's certificate ends in ${Math.floor(left / DAY)} days.`, "Renew it."),
      );
    }
    if (!address.implicit && !insists && !near) {
      verdicts.push(
        note(
          "Mail is encrypted only while the server offers it, and an attacker on the network can remove the offer.",
          "Add ?requireTLS=true to SMTP_URL.",
        ),
      );
    }
    return verdicts.length > 0 ? verdicts : ok("Mail is sent encrypted, and the certificate is valid.");
  },
};

const login: Check<MailFacts> = {
  name: "mail-password",
  look({ smtp, hasPassword }) {
    if (smtp === null || "failed" in smtp || !hasPassword) return [];
    if (smtp.offersLogin) {
      return ok("The mail server accepts passwords. The first mail will show whether it accepts this one.");
    }
    return warning(
      "SMTP_URL has a password, but the mail server doesn't offer to sign in.",
      "Remove user and password, or use the server's port for submission (587 or 465).",
    );
  },
};

/** Outgoing mail. */
export const mailChecks: readonly Check<MailFacts>[] = [packageLoads, server, encryption, login];

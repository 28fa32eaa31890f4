import { checkServerIdentity } from "node:tls";
import type SmtpConnection from "nodemailer/lib/smtp-connection";
import { within } from "../../platform/time/index.ts";

/** What a mail server says before a sign-in. */
export type SmtpFacts =
  | { failed: "connection" | "greeting" | "certificate" | "silence"; code: string }
  | {
      encrypted: boolean;
      /** Whether it accepts passwords, as it says after encryption. */
      offersLogin: boolean;
      /** When the certificate ends, in UTC milliseconds; null without encryption. */
      certificateEndsAt: number | null;
    };

export interface SmtpAddress {
  host: string;
  port: number;
  /** Encrypted from the start. */
  implicit: boolean;
}

const LIMIT_MS = 10_000;
const CLOSING_MS = 1_000;
const MOST_BYTES = 16_384;

/** An error of nodemailer, with the system's code in a separate field. */
interface SmtpError extends NodeJS.ErrnoException {
  originalCode?: string;
  responseCode?: number;
}

function failureOf(error: SmtpError): SmtpFacts {
  const { code, originalCode, responseCode, syscall } = error;
  const said = String(responseCode ?? originalCode ?? code ?? "unknown");
  // If several addresses fail, their common error has no system call.
  const unreached = code === "EDNS" || syscall === "connect" || error instanceof AggregateError;
  if (unreached) return { failed: "connection", code: said };
  if (code === "ETIMEDOUT") return { failed: "silence", code: "timeout" };
  const spoke = code === "EPROTOCOL" || code === "ECONNECTION" || syscall !== undefined;
  return { failed: spoke ? "greeting" : "certificate", code: said };
}

/** Resolves after the greeting and, if the server offers it, the encryption. */
function connected(connection: SmtpConnection): Promise<void> {
  return new Promise((resolve, reject) => {
    // Stays: otherwise a late error of a closed connection would end the process.
    connection.on("error", reject);
    connection.connect((error) => (error ? reject(error) : resolve()));
  });
}

async function leave(connection: SmtpConnection): Promise<void> {
  const ended = new Promise<void>((resolve) => connection.once("end", resolve));
  connection.quit();
  await ended;
}

/**
 * Talks to the server for ten seconds at most. Sends no mail and never signs in.
 * @param ca authorities instead of Node's own
 * @param limitMs milliseconds until the greeting and the encryption must be done
 * @returns null if nodemailer doesn't load
 */
export async function probeSmtp(
  { host, port, implicit }: SmtpAddress,
  ca?: string,
  limitMs = LIMIT_MS,
): Promise<SmtpFacts | null> {
  const nodemailer = await import("nodemailer/lib/smtp-connection").catch(() => null);
  if (nodemailer === null) return null;
  let certificateEndsAt: number | null = null;
  const connection = new nodemailer.default({
    host,
    port,
    secure: implicit,
    name: "doctor.invalid",
    // A server that offers STARTTLS and then refuses it is a finding, not a failure.
    opportunisticTLS: true,
    maxResponseSize: MOST_BYTES,
    socketCloseTimeout: CLOSING_MS,
    tls: {
      ...(ca === undefined ? {} : { ca }),
      checkServerIdentity(name, certificate) {
        certificateEndsAt = Date.parse(certificate.valid_to);
        return checkServerIdentity(name, certificate);
      },
    },
  });
  const look = async (): Promise<SmtpFacts> => {
    try {
      await connected(connection);
    } catch (error) {
      return failureOf(error as SmtpError);
    }
    const { secure: encrypted, lastServerResponse } = connection;
    const offersLogin = /^\d{3}[ -]AUTH[ =]/im.test(String(lastServerResponse));
    await within(CLOSING_MS, leave(connection), () => undefined);
    return { encrypted, offersLogin, certificateEndsAt: encrypted ? certificateEndsAt : null };
  };
  try {
    return await within<SmtpFacts>(limitMs, look(), () => ({ failed: "silence", code: "timeout" }));
  } finally {
    connection.close();
  }
}

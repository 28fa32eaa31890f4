import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from "smtp-server";

/* A real mail server (the package smtp-server) on a free port, which can misbehave on demand. */

/** The moment of the fault: on connecting, at RCPT TO, during DATA, or after DATA. */
export type Stage = "connect" | "recipient" | "middle" | "data";

/** The fault: silence, a closed connection, or this status. */
export type Trouble = "stall" | "die" | number;

export interface ReceivedMail {
  from: string;
  to: string[];
  /** The raw header and body, with CRLF. */
  raw: string;
  /** Whether the connection was encrypted. */
  secure: boolean;
  /** The user that signed in. */
  user: string | undefined;
}

export interface MailServer {
  port: number;
  received: ReceivedMail[];
  /** Every command, in order, over all connections. */
  commands: string[];
  /** The number of connections. */
  connections(): number;
  /** Misbehaves from now on. Without an argument it behaves again. */
  trouble: { [At in Stage]?: Trouble };
  /** Resolves once `stall` kept a client waiting. */
  stalled(): Promise<void>;
  /** Closes all connections, as a restart does. */
  cut(): void;
  stop(): Promise<void>;
}

/** Starts it on 127.0.0.1, without TLS unless the options bring a key. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const received: ReceivedMail[] = [];
  const commands: string[] = [];
  const trouble: MailServer["trouble"] = {};
  let stall = Promise.withResolvers<void>();
  let connections = 0;
  const encrypts = options.key !== undefined;

  function socketOf(session: SMTPServerSession) {
    const connection = [...server.connections].find((each) => each.session.id === session.id);
    return (connection as unknown as { _socket: { destroy(): void } } | undefined)?._socket;
  }

  /** Whether the server behaves. Otherwise it performs the fault, and the caller stops. */
  function behaves(at: Stage, session: SMTPServerSession, refuse: (error: Error) => void): boolean {
    const wanted = trouble[at];
    if (wanted === undefined) return true;
    if (wanted === "stall") stall.resolve();
    else if (wanted === "die") socketOf(session)?.destroy();
    else refuse(Object.assign(new Error("Not now, or not you."), { responseCode: wanted }));
    return false;
  }

  const hear = (_entry: object, message: string, line?: unknown) => {
    if (message === "C:") commands.push(String(line));
  };
  const ignore = () => undefined;

  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    disabledCommands: encrypts ? [] : ["STARTTLS"],
    logger: { trace: ignore, debug: hear, info: ignore, warn: ignore, error: ignore, fatal: ignore },
    onConnect(session, done) {
      connections += 1;
      if (behaves("connect", session, done)) done();
    },
    onRcptTo(_address, session, done) {
      if (behaves("recipient", session, done)) done();
    },
    onData(stream, session, done) {
      if (trouble.middle !== undefined) {
        stream.once("data", () => behaves("middle", session, done));
        stream.resume();
        return;
      }
      const take = (content: Buffer) => {
        const { mailFrom, rcptTo } = session.envelope;
        if (!behaves("data", session, done)) return;
        received.push({
          from: mailFrom === false ? "" : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          raw: content.toString("utf8"),
          secure: session.secure,
          user: session.user as string | undefined,
        });
        done();
      };
      // A mail that was cut off doesn't count.
      buffer(stream).then(take, ignore);
    },
    ...options,
  });
  // Tests disconnect clients on purpose.
  server.on("error", ignore);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    commands,
    connections: () => connections,
    trouble,
    async stalled() {
      await stall.promise;
      stall = Promise.withResolvers();
    },
    cut() {
      for (const { session } of [...server.connections]) socketOf(session)?.destroy();
    },
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
}

/** The header fields of a mail, unfolded, in order. */
export function headersOf({ raw }: Pick<ReceivedMail, "raw">): [name: string, value: string][] {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return head.split("\r\n").map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
}

export function headerOf(mail: Pick<ReceivedMail, "raw">, name: string): string | undefined {
  return headersOf(mail).find(([each]) => each.toLowerCase() === name.toLowerCase())?.[1];
}

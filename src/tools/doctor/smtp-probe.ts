import { connect as connectPlain, isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";

/** What a mail server said until somebody would sign in. Nothing is sent, and nobody signs in. */
export type SmtpFacts =
  | { failed: "connection" | "greeting" | "certificate" | "silence"; code: string }
  | {
      encrypted: boolean;
      /** Extensions after encryption, such as `AUTH PLAIN LOGIN`. */
      extensions: string[];
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
const MOST_BYTES = 16_384;

interface Conversation {
  /** The code and the lines of the next answer. */
  answer(): Promise<{ code: number; lines: string[] }>;
  say(line: string): void;
}

function converse(socket: Socket): Conversation {
  let heard = "";
  let wake: (() => void) | undefined;
  let ended = false;
  socket.on("data", (chunk) => {
    heard += chunk.toString("latin1");
    if (heard.length > MOST_BYTES) socket.destroy();
    wake?.();
  });
  for (const event of ["error", "close"] as const) {
    socket.on(event, () => {
      ended = true;
      wake?.();
    });
  }
  return {
    async answer() {
      for (;;) {
        const match = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(heard);
        if (match !== null) {
          heard = heard.slice(match[0].length);
          const lines = match[0].trimEnd().split(/\r?\n/);
          return { code: Number(lines.at(-1)?.slice(0, 3)), lines: lines.map((line) => line.slice(4)) };
        }
        if (ended) throw Object.assign(new Error("The connection ended."), { code: "ended" });
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    say: (line) => void socket.write(`${line}\r\n`),
  };
}

function once(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("The connection ended."), { code: "ended" })));
  });
}

async function hello(talk: Conversation): Promise<string[]> {
  talk.say("EHLO doctor.invalid");
  const { code, lines } = await talk.answer();
  return code === 250 ? lines.slice(1).map((line) => line.toUpperCase()) : [];
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "unknown";

/** Talks to the server for at most ten seconds. `ca`: authorities in place of Node's own, for tests. */
export async function probeSmtp({ host, port, implicit }: SmtpAddress, ca?: string): Promise<SmtpFacts> {
  const tls = { ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca === undefined ? {} : { ca }) };
  let socket: Socket | undefined;
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    socket?.destroy();
  }, LIMIT_MS);
  let stage: "connection" | "greeting" | "certificate" = "connection";
  try {
    socket = connectPlain({ host, port });
    await once(socket, "connect");
    const encrypt = async (): Promise<TLSSocket> => {
      stage = "certificate";
      (socket as Socket).removeAllListeners("data");
      const secured = connectTls({ ...tls, host, socket: socket as Socket });
      socket = secured;
      await once(secured, "secureConnect");
      return secured;
    };
    let secured = implicit ? await encrypt() : null;
    stage = "greeting";
    let talk = converse(socket);
    const greeting = await talk.answer();
    if (greeting.code !== 220) return { failed: "greeting", code: String(greeting.code) };
    let extensions = await hello(talk);
    if (!implicit && extensions.includes("STARTTLS")) {
      talk.say("STARTTLS");
      if ((await talk.answer()).code === 220) {
        secured = await encrypt();
        stage = "greeting";
        talk = converse(secured);
        extensions = await hello(talk);
      }
    }
    const validTo = secured?.getPeerCertificate().valid_to;
    const certificateEndsAt = validTo === undefined ? null : Date.parse(validTo);
    talk.say("QUIT");
    await talk.answer().catch(() => undefined);
    return { encrypted: secured !== null, extensions, certificateEndsAt };
  } catch (error) {
    return late ? { failed: "silence", code: "timeout" } : { failed: stage, code: codeOf(error) };
  } finally {
    clearTimeout(limit);
    socket?.destroy();
  }
}

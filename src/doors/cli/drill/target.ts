import { randomInt } from "node:crypto";
import * as http from "node:http";
import * as https from "node:https";
import { isIPv4 } from "node:net";
import { Refusal } from "../command.ts";
import { isLoopback } from "./own-host.ts";

/** An answer, read to its end. */
export interface Reply {
  status: number;
  headers: Headers;
  body: string;
  /** From the request to the last byte of the answer. */
  milliseconds: number;
}

export interface Outgoing {
  headers?: Record<string, string>;
  body?: string;
}

/** Kept connections from one client address. */
export interface Line {
  /** Rejects with the system's error where nobody answers within 30 seconds. Follows no redirects. */
  send(method: string, path: string, outgoing?: Outgoing): Promise<Reply>;
}

/** The site that is attacked. */
export interface Target {
  /** Where the library is mounted: empty, or a path without a slash at its end. */
  readonly basePath: string;
  /** Whether every line comes from a client address of its own, so that each has an untouched budget. */
  readonly manyAddresses: boolean;
  /** Connections from a client address that wasn't used before, as far as there are several. */
  line(): Line;
  /** Milliseconds. */
  now(): number;
  /** How many requests were sent. */
  sent(): number;
  close(): void;
}

export interface TargetOptions {
  url: URL;
  /** Candidates; the first that answers is taken. */
  addresses: readonly string[];
  /** The bound: one more request is an error. */
  mostRequests: number;
  /** Replaced in tests. */
  now?: () => number;
}

const TIMEOUT_MS = 30_000;

/** Any address of 127.0.0.0/8 is this machine's on Linux. Random, so that a drill can be repeated at once. */
const anyLoopback = (): string => `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;

function headersOf(message: http.IncomingMessage): Headers {
  const headers = new Headers();
  const raw = message.rawHeaders;
  for (let index = 0; index < raw.length; index += 2)
    headers.append(raw[index] as string, raw[index + 1] as string);
  return headers;
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

/** Finds the site. Throws a `Refusal` where nothing answers there. */
export async function openTarget({
  url,
  addresses,
  mostRequests,
  now = () => performance.now(),
}: TargetOptions): Promise<Target> {
  const protocol = url.protocol === "https:" ? https : http;
  const basePath = url.pathname.replace(/\/+$/, "");
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const agents: http.Agent[] = [];
  let sent = 0;

  function lineTo(address: string, localAddress?: string): Line {
    const agent = new protocol.Agent({
      keepAlive: true,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    agents.push(agent);
    return {
      send: (method, path, { headers = {}, body } = {}) =>
        new Promise((resolve, reject) => {
          sent += 1;
          if (sent > mostRequests) {
            reject(new Refusal(`The drill ended: it would have sent more than ${mostRequests} requests.`));
            return;
          }
          const before = now();
          const request = protocol.request({
            agent,
            host: address,
            port: url.port || (url.protocol === "https:" ? 443 : 80),
            ...(url.protocol === "https:" && !hostname.includes(":") ? { servername: hostname } : {}),
            method,
            path,
            timeout: TIMEOUT_MS,
            headers: {
              host: url.host,
              "user-agent": "latchkey-drill",
              ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
              ...headers,
            },
          });
          request.once("timeout", () => request.destroy(new Error("no answer within 30 seconds")));
          request.once("error", reject);
          request.once("response", (message) => {
            const chunks: Buffer[] = [];
            message.on("data", (chunk: Buffer) => chunks.push(chunk));
            message.once("error", reject);
            message.once("end", () =>
              resolve({
                status: message.statusCode ?? 0,
                headers: headersOf(message),
                body: Buffer.concat(chunks).toString("utf8"),
                milliseconds: now() - before,
              }),
            );
          });
          request.end(body);
        }),
    };
  }

  async function answers(address: string, localAddress?: string): Promise<unknown> {
    try {
      await lineTo(address, localAddress).send("GET", `${basePath}/csrf`, {
        headers: { accept: "application/json" },
      });
      return null;
    } catch (error) {
      return error;
    }
  }

  let found: string | undefined;
  let problem: unknown;
  for (const address of addresses) {
    problem = await answers(address);
    if (problem !== null) continue;
    found = address;
    break;
  }
  const close = () => {
    for (const agent of agents) agent.destroy();
  };
  if (found === undefined) {
    close();
    throw new Refusal(
      `Nothing answers at ${url.origin} (${reasonOf(problem)}): start the application first.`,
    );
  }
  const address = found;
  const manyAddresses =
    isIPv4(address) && isLoopback(address) && (await answers(address, anyLoopback())) === null;
  return {
    basePath,
    manyAddresses,
    line: () => (manyAddresses ? lineTo(address, anyLoopback()) : lineTo(address)),
    now,
    sent: () => sent,
    close,
  };
}

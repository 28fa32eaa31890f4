/*
 * The adapter that the environment names, with a server for each variant of its route. Also calls them without a
 * socket.
 */
import { createServer, IncomingMessage, type RequestListener, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";
import { cookie, listenersOf } from "./adapter-listeners.ts";
import { answerParent } from "./child.ts";
import type { Adapter, Place } from "./dashboard.ts";
import { cpuMicroseconds } from "./measure.ts";

const listeners = (await listenersOf[process.env.BENCH_ADAPTER as Adapter]()) as Record<
  Place,
  RequestListener
>;

async function listen(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A socket that drops its data. */
class Sink extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  override _writev(_chunks: unknown, done: () => void): void {
    done();
  }
}

const socket = new Sink() as unknown as Socket;

/**
 * Calls a listener as Node's server does, with an answer that is dropped. A response needs a socket: without one it
 * never finishes, and young collections took 20 ms instead of 0.3.
 */
function call(listener: RequestListener, headers: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const message = new IncomingMessage(socket);
    const headed = Object.assign(message, {
      method: "GET",
      url: "/dashboard",
      httpVersionMajor: 1,
      httpVersionMinor: 1,
    });
    headed.rawHeaders = [...headers];
    // The parser's call, so that the headers are read only on demand.
    (
      message as unknown as { _addHeaderLines(lines: readonly string[], count: number): void }
    )._addHeaderLines(headers, headers.length);
    message.push(null);
    message.complete = true;
    const response = new ServerResponse(message);
    response.assignSocket(socket);
    response.on("finish", () => {
      response.detachSocket(socket);
      if (response.statusCode === 200) setImmediate(resolve);
      else reject(new Error(`Answered ${response.statusCode}.`));
    });
    listener(message, response);
  });
}

/** The parent's question: the CPU cost of a request to a variant, over this many requests. */
export interface Cost {
  place: Place;
  headers: readonly string[];
  count: number;
}

async function costOf({ place, headers, count }: Cost): Promise<number> {
  const microseconds = await cpuMicroseconds(async () => {
    for (let done = 0; done < count; done++) await call(listeners[place], headers);
  });
  return microseconds / count;
}

const ports: Record<string, number> = {};
for (const [place, listener] of Object.entries(listeners)) ports[place] = await listen(listener);
process.once("SIGTERM", () => process.exit(0));
answerParent((message: Cost) => costOf(message));
process.send?.({ ports, cookie });

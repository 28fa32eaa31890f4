import { connect, type Socket } from "node:net";

export interface LoadResult {
  responses: number;
  seconds: number;
  /** Milliseconds from the request's last byte to the answer's last byte. */
  latencies: number[];
  /** The number of answers by status. */
  statuses: Map<number, number>;
}

export interface LoadOptions {
  port: number;
  connections: number;
  /** The next request of a connection, as raw text. */
  request: (connection: number) => string;
  /** Gets the head of every answer. */
  answered?: (connection: number, head: string) => void;
  /** Ends after this many milliseconds, or when this settles … */
  durationMs: number | Promise<unknown>;
  /** … and counts an answer with any other status as a failure of the measurement. */
  status: number | readonly number[];
  /**
   * The average pause of a connection after an answer. Pauses are random (exponentially distributed), so that
   * connections don't synchronise. Default 0: as fast as possible.
   */
  restMs?: number;
}

/** How many bytes the first answer in the buffer has, or -1 while some are missing. Chunked answers end in `0`. */
function answerLength(buffer: Buffer): number {
  const headEnd = buffer.indexOf("\r\n\r\n");
  if (headEnd === -1) return -1;
  const head = buffer.toString("latin1", 0, headEnd + 2);
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(head);
  if (length !== null) {
    const total = headEnd + 4 + Number(length[1]);
    return buffer.length >= total ? total : -1;
  }
  if (!/\r\ntransfer-encoding: *chunked\r\n/i.test(head)) return headEnd + 4;
  const last = buffer.indexOf("\r\n0\r\n\r\n", headEnd);
  return last === -1 ? -1 : last + 7;
}

/**
 * Speaks the plainest HTTP/1.1 over kept connections, one request at a time on each. The loader must cost less than
 * what it measures.
 */
export async function load({
  port,
  connections,
  request,
  answered,
  durationMs,
  status,
  restMs = 0,
}: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const start = performance.now();
  let isDone = () => performance.now() - start >= Number(durationMs);
  if (typeof durationMs !== "number") {
    isDone = () => false;
    const end = () => {
      isDone = () => true;
    };
    durationMs.then(end, end);
  }
  const expected = [status].flat();

  function run(connection: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });
      let buffer: Buffer = Buffer.alloc(0);
      let sentAt = 0;
      const send = () => {
        sentAt = performance.now();
        if (isDone()) {
          socket.destroy();
          resolve();
        } else socket.write(request(connection), "latin1");
      };
      socket.on("connect", send);
      socket.on("error", reject);
      socket.on("end", () => reject(new Error("The server closed a connection.")));
      socket.on("data", (chunk: Buffer) => {
        buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
        const length = answerLength(buffer);
        if (length === -1) return;
        const answeredWith = Number(buffer.toString("latin1", "HTTP/1.1 ".length, "HTTP/1.1 200".length));
        if (!expected.includes(answeredWith)) {
          socket.destroy();
          reject(new Error(`Answered: ${buffer.toString("utf8", 0, 600)}`));
          return;
        }
        answered?.(connection, buffer.toString("latin1", 0, buffer.indexOf("\r\n\r\n") + 2));
        buffer = buffer.subarray(length);
        latencies.push(performance.now() - sentAt);
        statuses.set(answeredWith, (statuses.get(answeredWith) ?? 0) + 1);
        if (restMs > 0) setTimeout(send, -Math.log(1 - Math.random()) * restMs);
        else send();
      });
    });
  }

  await Promise.all(Array.from({ length: connections }, (_, connection) => run(connection)));
  return { responses: latencies.length, seconds: (performance.now() - start) / 1000, latencies, statuses };
}

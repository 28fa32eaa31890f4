import { type AuthOptions, createAuth } from "latchkey";

interface Socket {
  close(code: number, reason: string): void;
}

/** The open sockets of each account. Add one when it is opened with a live session. */
export class Sockets {
  readonly #open = new Map<string, Set<Socket>>();

  add(userId: string, socket: Socket): void {
    const sockets = this.#open.get(userId) ?? new Set();
    this.#open.set(userId, sockets.add(socket));
  }

  /** Closes all sockets of the account. Clients with a live session connect again. */
  closeAll(userId: string): void {
    for (const socket of this.#open.get(userId) ?? []) socket.close(4401, "session ended");
    this.#open.delete(userId);
  }
}

/** Closes the sockets of a session at its end. */
export function openAuth(place: Pick<AuthOptions, "origin" | "database">, sockets: Sockets) {
  return createAuth({
    ...place,
    after: { sessionEnded: ({ userId }) => sockets.closeAll(userId) },
  });
}

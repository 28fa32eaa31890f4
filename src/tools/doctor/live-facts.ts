import { type Answer, isAnswer, type Visited } from "../site/exchange.ts";
import type { Certificate } from "./certificate.ts";

/** Every answer of the live site. The checks only read them. */
export interface LiveFacts {
  base: URL;
  https: boolean;
  /** The address is this machine's, as in development. */
  loopback: boolean;
  certificate: Certificate | null;
  /** Over http; null if the site isn't on the usual https port. */
  plain: { page: Visited; post: Visited } | null;
  /** Public pages, by path below the base. */
  pages: Readonly<Record<string, Visited>>;
  /** Pages for signed-in people, as a visitor without a session gets them, by path. */
  personal: Readonly<Record<string, Visited>>;
  /** Paths that must stay hidden. */
  hidden: Readonly<Record<string, Visited>>;
  /** Requests that make careless programs show internals, by their kind. */
  broken: Readonly<Record<string, Visited>>;
  ready: Visited;
  /** Forms that must be refused, by what is wrong with them; null if the site gave no token. */
  csrf: Readonly<Record<string, Visited>> | null;
  methods: Readonly<Record<string, Visited>>;
  /** Answers to requests for `foreignHost`, by the header that named it. */
  hosts: Readonly<Record<string, Visited>>;
  /** The client address that the site recorded for a forged X-Forwarded-For; null if it can't be read. */
  seenAddress: string | null;
  /** The doctor's own address. */
  ownAddress: string | null;
  timing: { page: Visited[]; forgot: Visited[]; login: Visited[] };
}

/** Reserved names and addresses (RFC 2606, RFC 5737): no mail can reach them. */
export const foreignHost = "doctor-foreign-host.invalid";
export const forgedAddresses = ["192.0.2.66", "192.0.2.67", "192.0.2.68", "192.0.2.69"];

/** The path of the library on its host: `/auth` for `https://host/auth/`. */
export const basePathOf = (base: URL): string => base.pathname.replace(/\/$/, "");
export const pathOf = (base: URL, path: string): string => basePathOf(base) + path;

/** Every answer with its place. */
export function allAnswers({
  pages,
  personal,
  hidden,
  broken,
  methods,
  timing,
  csrf,
}: LiveFacts): [string, Answer][] {
  const named = Object.entries({ ...pages, ...personal, ...hidden, ...broken, ...methods, ...csrf });
  const repeated = Object.entries(timing).flatMap(([name, visits]) =>
    visits.map((visited): [string, Visited] => [name, visited]),
  );
  return [...named, ...repeated].filter((entry): entry is [string, Answer] => isAnswer(entry[1]));
}

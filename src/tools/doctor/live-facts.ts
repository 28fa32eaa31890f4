import { isAnswer, type Reply, type Visited } from "../site/exchange.ts";
import type { Certificate } from "./certificate.ts";

/** Everything that was asked of the live site. The checks only read it. */
export interface LiveFacts {
  base: URL;
  https: boolean;
  /** The address is this machine's, where development happens. */
  loopback: boolean;
  certificate: Certificate | null;
  /** Over http, where the site is on the usual https port. */
  plain: { page: Visited; post: Visited } | null;
  /** Pages for everybody, by path below the base. */
  pages: Readonly<Record<string, Visited>>;
  /** What somebody who isn't signed in gets where only people may go, by path. */
  personal: Readonly<Record<string, Visited>>;
  /** Paths nobody should get anything from. */
  hidden: Readonly<Record<string, Visited>>;
  /** Requests that make careless programs show their inside, by what they are. */
  broken: Readonly<Record<string, Visited>>;
  ready: Visited;
  /** Forms that must be refused, by what is wrong with them; null where there was no token to begin with. */
  csrf: Readonly<Record<string, Visited>> | null;
  methods: Readonly<Record<string, Visited>>;
  /** With `foreignHost` as the host, by the header that named it. */
  hosts: Readonly<Record<string, Visited>>;
  /** What the site recorded for a request with `forgedAddresses` in X-Forwarded-For, where that could be read. */
  seenAddress: string | null;
  /** The doctor's own address as it knows it. */
  ownAddress: string | null;
  timing: { page: Visited[]; forgot: Visited[]; login: Visited[] };
}

/** Reserved names and addresses (RFC 2606, RFC 5737): nobody has them, and no mail can reach them. */
export const foreignHost = "doctor-foreign-host.invalid";
export const forgedAddresses = ["192.0.2.66", "192.0.2.67", "192.0.2.68", "192.0.2.69"];

/** The path of the library on its host: `/auth` for `https://host/auth/`. */
export const basePathOf = (base: URL): string => base.pathname.replace(/\/$/, "");
export const pathOf = (base: URL, path: string): string => basePathOf(base) + path;

/** Every answer with the place it came from. */
export function allAnswers({
  pages,
  personal,
  hidden,
  broken,
  methods,
  timing,
  csrf,
}: LiveFacts): [string, Reply][] {
  const named = Object.entries({ ...pages, ...personal, ...hidden, ...broken, ...methods, ...csrf });
  const repeated = Object.entries(timing).flatMap(([name, visits]) =>
    visits.map((visited): [string, Visited] => [name, visited]),
  );
  return [...named, ...repeated].filter((entry): entry is [string, Reply] => isAnswer(entry[1]));
}

import { coreOf } from "../assemble.ts";
import type { Auth } from "../auth.ts";
import type { Core } from "../core/core.ts";
import { minimumFor, passwordMaximum } from "../core/passwords/index.ts";
import { guardWords, inputFields, isUnsafe, refusalCodes } from "../core/requests/index.ts";
import type { SessionLimits, Settings } from "../core/settings.ts";
import { jsonHeaders, pageHeaders, serializeCookie } from "../platform/http/index.ts";
import { spanWords } from "./span-words.ts";

/** A nonce for showing headers: a real one is new in every answer. */
const SHOWN_NONCE = "A".repeat(24);

interface ExplainedCookie {
  name: string;
  purpose: string;
  attributes: string;
}

/** The attributes as the code that sets the cookie writes them. */
function attributes(name: string, secure: boolean, maxAgeSeconds?: number): string {
  const lifetime = maxAgeSeconds === undefined ? {} : { maxAgeSeconds };
  return serializeCookie(name, "", { secure, ...lifetime })
    .split("; ")
    .slice(1)
    .join("; ");
}

function cookies({ cookies: names, lifetimes, sessions }: Settings): ExplainedCookie[] {
  const cookie = (name: string, purpose: string, maxAgeMs?: number): ExplainedCookie => ({
    name,
    purpose,
    attributes: attributes(name, names.secure, maxAgeMs === undefined ? undefined : maxAgeMs / 1000),
  });
  return [
    cookie(names.session, "the session, or a form before the sign-in"),
    cookie(names.session, 'the session with "remember me"', sessions.remembered.absoluteMs),
    cookie(names.device, "that this browser signed in before", lifetimes.deviceMs),
    cookie(names.data, "the session dictionary and messages for the next page"),
  ];
}

function limits({ idleMs, absoluteMs }: SessionLimits) {
  return { idle: spanWords(idleMs), absolute: spanWords(absoluteMs) };
}

/** Every member of a group of settings: those in milliseconds (`…Ms`) as durations, the rest unchanged. */
function readable(group: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(group).map(([name, value]): [string, unknown] =>
    name.endsWith("Ms") && typeof value === "number" ? [name.slice(0, -2), spanWords(value)] : [name, value],
  );
  return Object.fromEntries(entries);
}

function routes({ features, settings }: Core) {
  return features.routes.map((route) => ({
    method: route.method,
    path: settings.basePath + route.path,
    summary: route.summary,
    guard: guardWords(route, settings.freshness),
    csrf: isUnsafe(route.method) ? "token" : "none",
    fields: inputFields(route, settings.userFields, features.provers).map(({ name, required }) =>
      required ? name : `${name}?`,
    ),
    refusals: refusalCodes(route).map(({ code }) => code),
  }));
}

function headers({ https, pages }: Settings) {
  const page = pageHeaders({ nonce: SHOWN_NONCE, https, formActions: pages.formActions });
  const shown = Object.entries(page).map(([name, value]) => [
    name,
    value.replaceAll(SHOWN_NONCE, "NEW-EACH-TIME"),
  ]);
  return { pages: Object.fromEntries(shown) as Record<string, string>, json: jsonHeaders({ https }) };
}

/** The effective configuration, in one object. Every value comes from the code that answers requests. */
export function explanationOf(auth: Auth, database: string) {
  const core = coreOf(auth);
  const { settings } = core;
  const { explained, limits: ofFeatures } = core.features;
  const { password, sessions } = settings;
  const { memoryKiB, passes, parallelism } = password.parameters;
  const { breached } = password;
  return {
    configuration: {
      origin: settings.origin.origin,
      base_path: settings.basePath,
      // Never shows the password of an address such as postgres://name:password@host.
      database: database.replace(/\/\/[^/]*@/, "//"),
      ...explained,
      trusted_proxies: settings.trustedProxies,
      after_login: settings.pages.afterLogin,
      mail_from: settings.mailFrom,
    },
    routes: routes(core),
    cookies: cookies(settings),
    sessions: {
      standard: limits(sessions.standard),
      remembered: limits(sessions.remembered),
      maximum_per_user: sessions.maximumPerUser,
      dictionary: settings.dataStore,
    },
    fresh_login: readable(settings.freshness),
    lifetimes: readable({ ...settings.lifetimes }),
    password: {
      profile: password.profile,
      minimum_code_points: minimumFor(password.profile),
      maximum_code_points: passwordMaximum,
      breached:
        breached === undefined ? "not looked up" : `asks ${breached.url}, when down: ${breached.whenDown}`,
      hash: { algorithm: "argon2id", memory_kib: memoryKiB, passes, parallelism },
    },
    throttle: { ...readable(settings.throttle), ...ofFeatures },
    body_limit_bytes: settings.bodyLimitBytes,
    roles: settings.roles,
    headers: headers(settings),
  };
}

export type Explanation = ReturnType<typeof explanationOf>;

import type { GenericSchema, InferOutput } from "valibot";
import type { ErrorCode, FieldProblems } from "../../platform/errors/index.ts";
import type { Html } from "../../platform/html/index.ts";
import type { Fields } from "../../platform/http/index.ts";
import type { Core, RequestFacts } from "../core.ts";
import { type Access, type Call, type Completed, type Operation, runOperation } from "../operations/index.ts";
import type { Messages } from "../words/index.ts";
import type { AuthState } from "./auth-state.ts";
import type { FlashCategory } from "./data-cookie.ts";
import type { IncomingRequest } from "./incoming-request.ts";

/** The content of a page, inside the common layout. */
export interface Page {
  title: string;
  body: Html;
  width?: "card" | "content";
  /** One sentence for search engines and previews, on public pages. */
  description?: string;
  /** The title then reports an error (WCAG 3.3.1). */
  error?: boolean;
}

/** The answer of a route: as a page or redirect, and as JSON. */
export interface Reply {
  /** `json`: browsers get the JSON too, such as a file to save. Their refusals are still pages. */
  html: { status?: number; page: Page } | { redirect: string; status?: 302 } | "json";
  /**
   * If the request signed in or out, the new `csrf_token` is added to a body. A `ReadableStream` is sent as it is: JSON
   * that is too long for memory.
   */
  json: { status: number; body?: unknown };
  headers?: Record<string, string>;
}

/** The typed values of a form after a refusal, never passwords. */
export interface FormModel {
  values: Record<string, string>;
  problems: FieldProblems;
  /** The sentence above the form, if the problem isn't a field's. */
  message?: string;
  /** The refusal that shows the form again. */
  code?: ErrorCode;
}

/** For a new form. */
export const blank: FormModel = { values: {}, problems: {} };

/** The context of a route's handler. */
export interface RouteContext {
  core: Core;
  auth: AuthState;
  /** The request as operations see it. */
  call: Call;
  request: IncomingRequest;
  /** Whether the answer is JSON. */
  json: boolean;
  facts: RequestFacts;
  messages: Messages;
  /** Values of the path's `:names`. */
  params: Record<string, string>;
  /** Values of the query; a repeated name counts as absent. */
  query: Record<string, string>;
  /** The secret of the opened mailed link, from the query or already moved out of it. Empty without one. */
  linkToken: string;
  /** A path of the library with its mount prefix. */
  path(path: string): string;
  /** Stores a message for the next page. No-op for programs, which have no next page. */
  flash(message: string, category: FlashCategory): void;
  /** The `next` of the query or the fields, if it is a path of this origin, else the default. */
  next(value: unknown): string;
}

declare global {
  namespace Latchkey {
    /** Names of answers with an OpenAPI schema; features add theirs. */
    interface Schemas {
      User: true;
      Session: true;
    }
  }
}

type Named = keyof Latchkey.Schemas & string;

/** The types of answers. */
export type AnswerShape =
  | "string"
  | "boolean"
  | "integer"
  | "string or null"
  | "string[]"
  | "object"
  | "object[]"
  | Named
  | `${Named}[]`;

/** A successful JSON answer: its status and its members. A name that ends in `?` may be missing. */
export interface Success {
  status?: 200 | 201 | 202 | 204;
  body?: Readonly<Record<string, AnswerShape>>;
}

/** One URL and method, declared once. HTML, JSON, `explain` and OpenAPI come from this. */
export interface Route<Schema extends GenericSchema = GenericSchema> {
  method: "GET" | "POST";
  /** With `:names` for variable segments. */
  path: string;
  /** One line for `explain` and OpenAPI. */
  summary: string;
  access: Access;
  input?: Schema;
  /** It hashes a password. If the queue is full, an unknown device is refused before any read. */
  hashes?: true;
  /** It has no page: every client gets JSON. */
  answersJson?: true;
  /** Codes that it may answer besides those of every route. */
  refusals?: ErrorCode[];
  /** The successful answer to programs, for OpenAPI and the docs. Default: 200 and an object. */
  success?: Success | readonly Success[];
  /** Names it reads from the query. */
  query?: readonly string[];
  /** The path to a new link, if the route's link is invalid. */
  newLinkPath?: string;
  /**
   * It takes a mailed link's `token` from the query. In a browser it moves the token out of the address bar first,
   * and shows the page without it. Read it as `context.linkToken`.
   */
  // Row RS-07.
  movesToken?: true;
  /** The anonymous browser's value is part of its proof, so only the token of that very value counts. */
  // Row CF-01.
  bound?: true;
  /** It also takes the application's own fields of a user (option `user.fields`). */
  takesUserFields?: true;
  /** It takes an account's evidence of any kind. */
  takesEvidence?: true;
  /** It completes sign-ins: the codes of all steps are added to its refusals. */
  signsIn?: true;
  /** The operation of this view; none for pages that only show data. */
  operation?: Operation<never>;
  handle(context: RouteContext, input: InferOutput<Schema>, fields: Fields): Promise<Reply> | Reply;
  /**
   * The answer to a form whose token belongs to another session or browser, if this isn't a refusal here. A page of
   * this origin sent it. Must change nothing.
   */
  stale?(context: RouteContext, fields: Fields): Promise<Reply | undefined> | Reply | undefined;
  /** The form, shown again when `handle` or the input check refuses. */
  form?(context: RouteContext, model: FormModel): Promise<Page> | Page;
}

/**
 * Declares a route; its input type follows from its schema.
 *
 * @example
 * route({
 *   method: "GET",
 *   path: "/account/nickname",
 *   summary: "The form for the nickname",
 *   access: signedIn,
 *   handle: (context) => showPage(nicknamePage(context, blank), { csrf_token: context.auth.csrfToken }),
 * });
 */
export function route<Schema extends GenericSchema>(declaration: Route<Schema>): Route {
  return declaration as unknown as Route;
}

/** A route that is a view of an operation, which decides its access and input. */
export interface OperationRoute<Input, Output>
  extends Omit<
    Route,
    | "summary"
    | "access"
    | "input"
    | "hashes"
    | "takesUserFields"
    | "takesEvidence"
    | "signsIn"
    | "handle"
    | "refusals"
    | "operation"
  > {
  operation: Operation<Input, Output>;
  /** Default: the operation's own. */
  summary?: string;
  /** The answer of the page or program for the operation's result. */
  answer(context: RouteContext, result: Completed<Output>, input: Input): Promise<Reply> | Reply;
}

/**
 * Declares the route of an operation.
 *
 * @example
 * operationRoute({
 *   method: "POST",
 *   path: "/account/nickname",
 *   operation: rename,
 *   answer: (context) => sendTo(context.path("/account"), { status: 204 }),
 * });
 */
export function operationRoute<Input, Output>({
  operation,
  answer,
  ...rest
}: OperationRoute<Input, Output>): Route {
  const { run: _, refusals = [], ...declared } = operation;
  const takesFields = declared.takesUserFields || declared.takesEvidence;
  return {
    ...rest,
    ...declared,
    summary: rest.summary ?? declared.summary,
    refusals: [...refusals],
    operation: operation as Operation<never>,
    async handle(context, values, fields) {
      const given = { ...(values as object), ...(takesFields && { fields }) } as Input;
      const result = await runOperation(context.core, operation, given, context.call);
      return answer(context, result, given);
    },
  };
}

/**
 * A page for people; programs get `json`.
 *
 * @example
 * return showPage(nicknamePage(context, nickname), { nickname });
 */
export function showPage(page: Page, json: unknown, status = 200, jsonStatus = status): Reply {
  return { html: { status, page }, json: { status: jsonStatus, body: json } };
}

/**
 * A form for signed-out visitors; signed-in ones are redirected. Programs get the token for sending it.
 *
 * @example
 * handle: (context) => showEntry(context, invitationPage)
 */
export function showEntry(
  context: RouteContext,
  form: (context: RouteContext, model: FormModel) => Page,
): Reply {
  const { auth, query } = context;
  const body = { csrf_token: auth.csrfToken };
  if (auth.user !== null) return sendTo(context.next(undefined), { status: 200, body });
  return showPage(form(context, { values: query, problems: {} }), body);
}

/**
 * The answer to the expired form of a sign-in: a visitor that another tab signed in meanwhile is led on. Programs get
 * the refusal.
 *
 * @example
 * stale: leadOnIfSignedIn,
 */
export function leadOnIfSignedIn({ auth, json, next }: RouteContext, fields: Fields): Reply | undefined {
  if (auth.user === null || json) return undefined;
  return sendTo(next(fields.next), { status: 200 });
}

/**
 * The expired form again, for a route that shows no form after other refusals. Programs get the refusal.
 *
 * @example
 * stale: (context) => askAgain(context, (model) => undoPage(context, model)),
 */
export async function askAgain(
  { json, messages }: RouteContext,
  form: (model: FormModel) => Promise<Page> | Page,
): Promise<Reply | undefined> {
  if (json) return undefined;
  const page = await form({ ...blank, message: messages.common.formExpired });
  return showPage({ error: true, ...page }, undefined, 403);
}

/**
 * Browsers are redirected with 303; programs get `json`.
 *
 * @example
 * return sendTo(context.path("/account"), { status: 200, body: { nickname } });
 * @see row RD-05
 */
export function sendTo(redirect: string, json: Reply["json"]): Reply {
  return { html: { redirect }, json };
}

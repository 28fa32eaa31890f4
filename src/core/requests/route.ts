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

/** A page's own part; the layout around it is the same everywhere. */
export interface Page {
  title: string;
  body: Html;
  width?: "card" | "content";
  /** The title then says that something is wrong (WCAG 3.3.1). */
  error?: boolean;
}

/** What a route answers: as a page or redirect, and as JSON. */
export interface Reply {
  /** `json`: people get what programs get, such as a file to keep; refusals are pages for them all the same. */
  html: { status?: number; page: Page } | { redirect: string; status?: 302 } | "json";
  /** `problem`: the body is a refusal (RFC 9457). */
  json: { status: number; body?: unknown; problem?: true };
  headers?: Record<string, string>;
}

/** What a form is shown again with after a refusal: what was typed, never passwords. */
export interface FormModel {
  values: Record<string, string>;
  problems: FieldProblems;
  /** The sentence above the form, when the problem isn't one of a field. */
  message?: string;
  /** The refusal that shows the form again. */
  code?: ErrorCode;
}

/** Of a form that was not filled in yet. */
export const blank: FormModel = { values: {}, problems: {} };

/** What the handler of a route works with. */
export interface RouteContext {
  core: Core;
  auth: AuthState;
  /** The request as operations see it. */
  call: Call;
  request: IncomingRequest;
  facts: RequestFacts;
  messages: Messages;
  /** Values of the path's `:names`. */
  params: Record<string, string>;
  /** Values of the query; a name given twice counts as not given. */
  query: Record<string, string>;
  /** The secret of the mailed link that was opened: from the query, or moved out of it before. Empty without one. */
  linkToken: string;
  /** A path of the library with the prefix it is mounted under. */
  path(path: string): string;
  /** Keeps a message for the next page. Programs have no next page, so for them it does nothing. */
  flash(message: string, category: FlashCategory): void;
  /** The `next` of the query or the fields, if it is a path of this origin, else the default. */
  next(value: unknown): string;
}

declare global {
  namespace Latchkey {
    /** Names of answers that OpenAPI has a schema for; features add theirs. */
    interface Schemas {
      User: true;
      Session: true;
    }
  }
}

type Named = keyof Latchkey.Schemas & string;

/** The shapes that answers are made of. */
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

/** A successful JSON answer: its status, and what its members are. A name that ends in `?` may be missing. */
export interface Success {
  status?: 200 | 201 | 202 | 204;
  body?: Readonly<Record<string, AnswerShape>>;
}

/** One URL and method, declared once: HTML, JSON, `explain` and OpenAPI all come from this. */
export interface Route<Schema extends GenericSchema = GenericSchema> {
  method: "GET" | "POST";
  /** With `:names` for variable segments. */
  path: string;
  /** One line for `explain` and OpenAPI. */
  summary: string;
  access: Access;
  input?: Schema;
  /** It hashes a password. While the queue is full a browser that never signed in is refused before anything is read. */
  hashes?: true;
  /** It has no page: everybody gets JSON. */
  answersJson?: true;
  /** Codes it may answer besides those every route may. */
  refusals?: ErrorCode[];
  /** What programs get when all goes well, for OpenAPI and the docs. Default: 200 and an object. */
  success?: Success | readonly Success[];
  /** Names it reads from the query. */
  query?: readonly string[];
  /** Where a new one is asked for when the link it takes is no longer valid. */
  newLinkPath?: string;
  /**
   * It takes a mailed link's `token` from the query, and in a browser moves it out of the address bar first: the page is
   * then shown without it (row RS-07). Read it as `context.linkToken`.
   */
  movesToken?: true;
  /** It takes the application's own fields of a user too (option `user.fields`). */
  takesUserFields?: true;
  /** It takes what an account proves itself with, whatever ways it has. */
  takesEvidence?: true;
  /** The operation it is a view of; none for pages that only show something. */
  operation?: Operation<never>;
  handle(context: RouteContext, input: InferOutput<Schema>, fields: Fields): Promise<Reply> | Reply;
  /** The form, shown again when `handle` or the input check refuses. */
  form?(context: RouteContext, model: FormModel): Promise<Page> | Page;
}

/** Declares a route; its input type follows from its schema. */
export function route<Schema extends GenericSchema>(declaration: Route<Schema>): Route {
  return declaration as unknown as Route;
}

/** A route that is a view of an operation: who may use it and what it takes is the operation's to say. */
export interface OperationRoute<Input, Output>
  extends Omit<
    Route,
    | "summary"
    | "access"
    | "input"
    | "hashes"
    | "takesUserFields"
    | "takesEvidence"
    | "handle"
    | "refusals"
    | "operation"
  > {
  operation: Operation<Input, Output>;
  /** Default: the operation's own. */
  summary?: string;
  /** What the page or program gets for the operation's result. */
  answer(context: RouteContext, result: Completed<Output>, input: Input): Promise<Reply> | Reply;
}

/** Declares the route of an operation. */
export function operationRoute<Input, Output>({
  operation,
  answer,
  ...rest
}: OperationRoute<Input, Output>): Route {
  const { summary, access, input, hashes, takesUserFields, takesEvidence, refusals = [] } = operation;
  return {
    summary,
    access,
    ...(input === undefined ? {} : { input }),
    ...(hashes === undefined ? {} : { hashes }),
    ...(takesUserFields === undefined ? {} : { takesUserFields }),
    ...(takesEvidence === undefined ? {} : { takesEvidence }),
    refusals: [...refusals],
    ...rest,
    operation: operation as Operation<never>,
    async handle(context, values, fields) {
      const given = { ...(values as object), ...((takesUserFields || takesEvidence) && { fields }) } as Input;
      const result = await runOperation(context.core, operation, given, context.call);
      return answer(context, result, given);
    },
  };
}

/** A page for people; programs get `json`. */
export function showPage(page: Page, json: unknown, status = 200, jsonStatus = status): Reply {
  return { html: { status, page }, json: { status: jsonStatus, body: json } };
}

/** A form for whoever isn't signed in; who is is led on. Programs get the token for sending it. */
export function showEntry(
  context: RouteContext,
  form: (context: RouteContext, model: FormModel) => Page,
): Reply {
  const { auth, query } = context;
  const body = { csrf_token: auth.csrfToken };
  if (auth.user !== null) return sendTo(context.next(undefined), { status: 200, body });
  return showPage(form(context, { values: query, problems: {} }), body);
}

/** People are sent on with 303 (row RD-05); programs get `json`. */
export function sendTo(redirect: string, json: Reply["json"]): Reply {
  return { html: { redirect }, json };
}

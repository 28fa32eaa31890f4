import type { Completed, Operation } from "../operations/index.ts";
import {
  type FormModel,
  operationRoute,
  type Page,
  type Route,
  type RouteContext,
  showPage,
} from "./route.ts";

export interface MailRequestRoute<Input, Output> {
  path: string;
  operation: Operation<Input, Output>;
  /** The status for programs, such as `reset_sent`. */
  status: string;
  /** The page that announces the mail. */
  sentPage(context: RouteContext, result: Completed<Output>, input: Input): Page;
  form(context: RouteContext, model: FormModel): Page;
  stale?: NonNullable<Route["stale"]>;
}

/**
 * The route of an operation that sends a mail if an account has the address. Its answer is the same for every address.
 *
 * @see Rows TH-01, RS-01, VE-04
 */
export function mailRequestRoute<Input, Output>({
  path,
  operation,
  status,
  sentPage,
  ...more
}: MailRequestRoute<Input, Output>): Route {
  return operationRoute({
    method: "POST",
    path,
    operation,
    success: { status: 202, body: { status: "string" } },
    answer: (context, result, input) => showPage(sentPage(context, result, input), { status }, 200, 202),
    ...more,
  });
}

import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/**
 * A piece of a page with its dynamic parts escaped. The `html` template makes it and escapes every value except `Html`.
 * `raw` is for text of this program, never for text from outside.
 */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export { html, raw };

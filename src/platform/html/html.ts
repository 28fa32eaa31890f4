import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/**
 * A piece of page whose dynamic parts are escaped already. Made by the `html` template, which escapes every value
 * that is not itself `Html`; `raw` is for text this program wrote, never for text that came from outside.
 */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export { html, raw };

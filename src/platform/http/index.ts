export { assetResponse } from "./asset-response.ts";
export { type BodyOptions, parseBody, parseForm, readBytes } from "./body.ts";
export { BodyError, type Fields } from "./body-error.ts";
export { addressBucket, addressNetwork, clientAddress } from "./client-address.ts";
export {
  type CookieNames,
  clearCookie,
  cookieNamesFor,
  readCookie,
  readCookies,
  serializeCookie,
} from "./cookies.ts";
export { type JsonMembers, jsonChunks } from "./json-chunks.ts";
export { isLoopback } from "./loopback.ts";
export { wantsJson } from "./negotiation.ts";
export { safeNextPath } from "./next-path.ts";
export { checkOrigin, type OriginVerdict } from "./origin-check.ts";
export { readOnDemand } from "./read-on-demand.ts";
export { requestId } from "./request-id.ts";
export { isFormAction, jsonHeaders, pageHeaders } from "./security-headers.ts";
export { trimTyped } from "./typed-name.ts";

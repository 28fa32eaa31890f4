export { assetResponse } from "./asset-response.ts";
export {
  BodyError,
  type Fields,
  parseBody,
  parseForm,
  readBytes,
} from "./body.ts";
export { addressBucket, addressNetwork, clientAddress } from "./client-address.ts";
export { type CookieNames, clearCookie, cookieNamesFor, readCookie, serializeCookie } from "./cookies.ts";
export { isLoopback } from "./loopback.ts";
export { wantsJson } from "./negotiation.ts";
export { safeNextPath } from "./next-path.ts";
export { checkOrigin } from "./origin-check.ts";
export { requestId } from "./request-id.ts";
export { jsonHeaders, pageHeaders } from "./security-headers.ts";

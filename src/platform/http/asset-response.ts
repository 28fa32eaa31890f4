import { jsonHeaders } from "./security-headers.ts";

/**
 * The answer for a style sheet, script or icon. Its name holds a digest of its content, so caches may keep it for a
 * year.
 */
export function assetResponse(
  method: string,
  asset: { contentType: string; body: string },
  https: boolean,
): Response {
  const headers = new Headers(jsonHeaders({ https }));
  if (method !== "GET" && method !== "HEAD") {
    headers.set("Allow", "GET, HEAD");
    return new Response(null, { status: 405, headers });
  }
  headers.set("Content-Type", asset.contentType);
  headers.set("Cache-Control", "public, max-age=31536000, immutable");
  return new Response(method === "HEAD" ? null : asset.body, { headers });
}

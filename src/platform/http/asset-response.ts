import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { jsonHeaders } from "./security-headers.ts";

/** A style sheet, script or icon. */
export interface Asset {
  contentType: string;
  body: Uint8Array;
}

/** The best first. Their default level is the highest for brotli, and close to it for gzip. */
const encoders = { br: promisify(brotliCompress), gzip: promisify(gzip) };
type Encoding = keyof typeof encoders;

/** Each file is compressed once, when a browser first asks for it, off the main thread. */
const compressed = new WeakMap<Asset, Partial<Record<Encoding, Promise<Uint8Array>>>>();

function compress(asset: Asset, encoding: Encoding): Promise<Uint8Array> {
  const known = compressed.get(asset) ?? {};
  compressed.set(asset, known);
  known[encoding] ??= encoders[encoding](asset.body);
  return known[encoding];
}

/** The best encoding that `Accept-Encoding` names with a weight above zero. */
function encodingFor(accepted: string | null): Encoding | undefined {
  const named = new Map(
    (accepted ?? "").split(",").map((entry) => {
      const [name = "", ...parameters] = entry.split(";").map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
      return [name, Number(weight ?? 1)];
    }),
  );
  const names = Object.keys(encoders) as Encoding[];
  return names.find((name) => (named.get(name) ?? 0) > 0);
}

/**
 * The answer for a style sheet, script or icon. Its name holds a digest of its content, so caches may keep it for a
 * year. Texts are compressed as the browser accepts. An asset holds no secret, so its length gives nothing away.
 */
export async function assetResponse(
  request: { method: string; header(name: string): string | null },
  asset: Asset,
  https: boolean,
): Promise<Response> {
  const headers = new Headers(jsonHeaders({ https }));
  const { method } = request;
  if (method !== "GET" && method !== "HEAD") {
    headers.set("Allow", "GET, HEAD");
    return new Response(null, { status: 405, headers });
  }
  headers.set("Content-Type", asset.contentType);
  headers.set("Cache-Control", "public, max-age=31536000, immutable");
  if (!asset.contentType.includes("charset")) return answer(method, asset.body, headers);
  headers.set("Vary", "Accept-Encoding");
  const encoding = encodingFor(request.header("accept-encoding"));
  if (encoding === undefined) return answer(method, asset.body, headers);
  headers.set("Content-Encoding", encoding);
  return answer(method, await compress(asset, encoding), headers);
}

function answer(method: string, body: Uint8Array, headers: Headers): Response {
  headers.set("Content-Length", String(body.byteLength));
  return new Response(method === "HEAD" ? null : Buffer.from(body), { headers });
}

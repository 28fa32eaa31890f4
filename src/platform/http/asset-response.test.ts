import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { assetResponse } from "./asset-response.ts";

const text = ".button { color: red; }\n".repeat(100);
const sheet = { contentType: "text/css; charset=utf-8", body: Buffer.from(text) };
const picture = { contentType: "image/png", body: Buffer.from([137, 80, 78, 71]) };

function ask(accepted: string | null, { method = "GET", asset = sheet } = {}): Promise<Response> {
  return assetResponse({ method, header: () => accepted }, asset, true);
}

const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

test.each([
  ["gzip, deflate, br, zstd", "br"],
  ["gzip;q=1.0, br;q=0", "gzip"],
  ["GZIP", "gzip"],
] as const)("a browser that accepts %j gets %s, and a shorter body", async (accepted, encoding) => {
  const answer = await ask(accepted);
  expect([answer.headers.get("content-encoding"), answer.headers.get("vary")]).toEqual([
    encoding,
    "Accept-Encoding",
  ]);
  const body = Buffer.from(await answer.arrayBuffer());
  expect(body.length).toBeLessThan(text.length / 5);
  expect(answer.headers.get("content-length")).toBe(String(body.length));
  expect(decoders[encoding](body).toString()).toBe(text);
});

test.each([[null], ["identity"], ["br;q=0, gzip;q=0.0"], ["zstd"], [""]])(
  "a client that accepts %j gets the file as it is, and caches keep the two apart",
  async (accepted) => {
    const answer = await ask(accepted);
    expect([answer.headers.get("content-encoding"), answer.headers.get("vary")]).toEqual([
      null,
      "Accept-Encoding",
    ]);
    expect(await answer.text()).toBe(text);
  },
);

test("HEAD answers the headers of GET and no body", async () => {
  const [get, head] = [await ask("br"), await ask("br", { method: "HEAD" })];
  expect(Object.fromEntries(head.headers)).toEqual(Object.fromEntries(get.headers));
  expect(await head.text()).toBe("");
});

test("a picture, which is compressed already, is sent as it is", async () => {
  const answer = await ask("br", { asset: picture });
  expect([answer.headers.get("content-encoding"), answer.headers.get("vary")]).toEqual([null, null]);
});

test("[HD-10] an asset answers GET and HEAD alone", async () => {
  const answer = await ask("br", { method: "POST" });
  expect([answer.status, answer.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

/* Downloads an account's data in a separate process, and keeps nothing of it. */
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { answerParent } from "./child.ts";

async function download({ port, cookie }: { port: number; cookie: string }) {
  const began = performance.now();
  const headers = { accept: "application/json", cookie };
  const asked = request({ port, host: "127.0.0.1", path: "/account/export", headers });
  const [answer] = (await once(asked.end(), "response")) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`GET /account/export answered ${answer.statusCode}.`);
  let bytes = 0;
  for await (const chunk of answer) bytes += (chunk as Buffer).length;
  return { megabytes: bytes / 1e6, seconds: (performance.now() - began) / 1000 };
}

answerParent(download);
process.send?.("ready");
process.once("SIGTERM", () => process.exit(0));

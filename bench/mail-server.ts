/* A mail server in a separate process: accepts everything, after a configured delay. */
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { answerParent } from "./child.ts";

let received = 0;
let delayMs = 0;

const server = new SMTPServer({
  authOptional: true,
  disableReverseLookup: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  onData(stream, _session, done) {
    stream.resume();
    stream.once("end", () => {
      const take = () => {
        received += 1;
        done();
      };
      if (delayMs === 0) take();
      else setTimeout(take, delayMs);
    });
  },
});
server.on("error", () => undefined);
process.once("SIGTERM", () => process.exit(0));
server.listen(0, "127.0.0.1", () => {
  answerParent((message: { delayMs?: number }) => {
    delayMs = message.delayMs ?? delayMs;
    return received;
  });
  process.send?.({ port: (server.server.address() as AddressInfo).port });
});

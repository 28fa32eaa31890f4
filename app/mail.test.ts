import { createServer, type Server } from "node:net";
import { afterEach, expect, test } from "vitest";
import { smtpTransport } from "./mail.ts";

let server: Server | undefined;

afterEach(() => void server?.close());

/** A mail server without STARTTLS that takes everything; resolves with its port and what it was sent. */
async function mailServer(): Promise<{ port: number; lines: string[] }> {
  const lines: string[] = [];
  const made = createServer((socket) => {
    let inData = false;
    socket.write("220 test\r\n");
    socket.on("data", (chunk) => {
      for (const line of chunk.toString().split("\r\n").slice(0, -1)) {
        lines.push(line);
        if (inData) {
          if (line !== ".") continue;
          inData = false;
          socket.write("250 taken\r\n");
        } else if (line === "DATA") {
          inData = true;
          socket.write("354 go on\r\n");
        } else socket.write("250 fine\r\n");
      }
    });
  });
  server = made;
  const port = await new Promise<number>((resolve) => {
    made.listen(0, "127.0.0.1", () => resolve((made.address() as { port: number }).port));
  });
  return { port, lines };
}

const mail = {
  id: "01939b8e-0000-7000-8000-000000000000",
  from: "Latchkey <no-reply@app.example.org>",
  kind: "test",
  to: "ann@example.org",
  subject: "A subject",
  text: "The text",
  html: "<p>The text</p>",
  links: [],
};

test("a mail leaves with one recipient and the same id at every attempt", async () => {
  const { port, lines } = await mailServer();
  await smtpTransport(`smtp://127.0.0.1:${port}`).send(mail);
  expect(lines.filter((line) => line.startsWith("RCPT"))).toEqual(["RCPT TO:<ann@example.org>"]);
  expect(lines).toContain(`Message-ID: <${mail.id}@app.example.org>`);
  expect(lines).toContain("Auto-Submitted: auto-generated");
  expect(lines).toContain("The text");
});

test("requireTLS refuses a server that doesn't offer STARTTLS, before anything is said", async () => {
  const { port, lines } = await mailServer();
  await expect(smtpTransport(`smtp://127.0.0.1:${port}?requireTLS=true`).send(mail)).rejects.toThrow();
  expect(lines.join("\n")).not.toContain("ann@example.org");
});

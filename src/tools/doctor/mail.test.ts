import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { selfSignedCertificate } from "../../../tests/support/certificate.ts";
import { type MailServer, startMailServer } from "../../../tests/support/mail-server.ts";
import { examine, type Finding } from "./finding.ts";
import { inspectMail, type MailFacts, mailChecks } from "./mail.ts";
import { readSetup } from "./setup.ts";
import { probeSmtp } from "./smtp-probe.ts";

const certificate = selfSignedCertificate(["localhost", "127.0.0.1"]);
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function serve(options: Parameters<typeof startMailServer>[0] = {}): Promise<MailServer> {
  const server = await startMailServer(options);
  stops.push(() => server.stop());
  return server;
}

const inspect = (SMTP_URL: string, ca?: string) => inspectMail(readSetup({ SMTP_URL }), Date.now(), ca);

const findings = (facts: MailFacts): Promise<Finding[]> => examine("mail", mailChecks, facts);

async function levels(facts: MailFacts): Promise<string[]> {
  return (await findings(facts)).map(({ level, check }) => `${level} ${check}`);
}

test("a server with STARTTLS and a valid certificate is ok, without a sign-in and without mail", async () => {
  const server = await serve(certificate);
  const url = `smtp://doctor:canary-password@localhost:${server.port}?requireTLS=true`;
  const facts = await inspect(url, certificate.cert);
  expect(await levels(facts)).toEqual(["ok mail-server", "ok mail-encryption", "ok mail-password"]);
  expect(server.commands).toEqual(["EHLO doctor.invalid", "STARTTLS", "EHLO doctor.invalid", "QUIT"]);
  expect(server.received).toEqual([]);
  expect(JSON.stringify([facts, await findings(facts)])).not.toContain("canary");
});

test("a server with smtps and a valid certificate is ok", async () => {
  const server = await serve({ ...certificate, secure: true });
  const facts = await inspect(`smtps://localhost:${server.port}`, certificate.cert);
  expect(await levels(facts)).toEqual(["ok mail-server", "ok mail-encryption"]);
});

test.each(["smtp", "smtps"])("an untrusted certificate is serious over %s", async (scheme) => {
  const server = await serve({ ...certificate, secure: scheme === "smtps" });
  const [first] = await findings(await inspect(`${scheme}://localhost:${server.port}`));
  expect(first).toMatchObject({ level: "serious", check: "mail-server" });
  expect(first?.finding).toContain("certificate");
});

describe("a server that doesn't encrypt", () => {
  test("a server that doesn't encrypt is ok on this machine, and serious if SMTP_URL requires encryption", async () => {
    const server = await serve();
    const address = `smtp://127.0.0.1:${server.port}`;
    expect(await levels(await inspect(address))).toEqual(["ok mail-server", "ok mail-encryption"]);
    expect(await levels(await inspect(`${address}?requireTLS=true`))).toContain("serious mail-encryption");
  });

  test("a server that doesn't encrypt is serious on another machine", async () => {
    const server = await serve();
    const facts = await inspect(`smtp://127.0.0.1:${server.port}`);
    const away = { ...facts, address: { host: "mail.example.org", port: 587, implicit: false } };
    expect(await levels(away)).toContain("serious mail-encryption");
    expect((await findings({ ...away, hasPassword: true }))[1]?.finding).toContain("password");
  });
});

test("a missing server and one that isn't a mail server are serious", async () => {
  expect(await levels(await inspect("smtp://127.0.0.1:1"))).toEqual(["serious mail-server"]);
  const sockets = new Set<Socket>();
  const other = createServer((socket) => {
    sockets.add(socket);
    socket.end("554 no\r\n");
  });
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  stops.push(async () => void other.close());
  const { port } = other.address() as { port: number };
  const [first] = await findings(await inspect(`smtp://127.0.0.1:${port}`));
  expect(first).toMatchObject({ level: "serious", finding: expect.stringContaining("greet") });
  for (const socket of sockets) socket.destroy();
});

test("the doctor gives up a silent server", async () => {
  const server = await serve();
  server.trouble.connect = "stall";
  const address = { host: "127.0.0.1", port: server.port, implicit: false };
  expect(await probeSmtp(address, undefined, 50)).toEqual({ failed: "silence", code: "timeout" });
});

test.each([
  ["a refused connection", { port: 1, implicit: false }, { failed: "connection", code: "ECONNREFUSED" }],
  ["an unknown name", { host: "mail.invalid", port: 25, implicit: false }, { failed: "connection" }],
])("%s isn't mistaken for a bad certificate", async (_what, address, expected) => {
  expect(await probeSmtp({ host: "127.0.0.1", ...address })).toMatchObject(expected);
});

test("a certificate for another name is named as the problem", async () => {
  const other = selfSignedCertificate(["elsewhere.test"]);
  const server = await serve({ ...other, secure: true });
  const found = await probeSmtp({ host: "localhost", port: server.port, implicit: true }, other.cert);
  expect(found).toEqual({ failed: "certificate", code: "ERR_TLS_CERT_ALTNAME_INVALID" });
});

test("an SMTP_URL with an unknown parameter is refused, and no finding shows it", async () => {
  const facts = await inspect("smtps://doctor:canary@mail.example.org?tls=no");
  expect(await levels(facts)).toEqual(["serious mail-server"]);
  expect(JSON.stringify(await findings(facts))).not.toContain("canary");
});

const far: MailFacts = {
  now: 0,
  production: true,
  configured: true,
  refused: null,
  address: { host: "mail.example.org", port: 587, implicit: false },
  hasPassword: true,
  insists: false,
  nodemailer: true,
  smtp: { encrypted: true, offersLogin: false, certificateEndsAt: 10 * 86_400_000 },
};

test("an old certificate, optional encryption and a password without sign-in are found", async () => {
  expect(await levels(far)).toEqual([
    "ok mail-server",
    "warning mail-encryption",
    "note mail-encryption",
    "warning mail-password",
  ]);
});

test("without nodemailer the missing package is the only finding", async () => {
  expect(await levels({ ...far, nodemailer: false, smtp: null })).toEqual(["serious mail-package"]);
});

test("without nodemailer the server of an SMTP_URL isn't contacted", async () => {
  vi.doMock("nodemailer/lib/smtp-connection", () => {
    throw new Error("ERR_MODULE_NOT_FOUND");
  });
  try {
    const server = await serve();
    const facts = await inspect(`smtp://127.0.0.1:${server.port}`);
    expect(await levels(facts)).toEqual(["serious mail-package"]);
    expect(server.commands).toEqual([]);
  } finally {
    vi.doUnmock("nodemailer/lib/smtp-connection");
  }
});

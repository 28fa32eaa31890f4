import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { selfSignedCertificate } from "../../tests/support/certificate.ts";
import { headerOf, headersOf, type MailServer, startMailServer } from "../../tests/support/mail-server.ts";
import type { MailTransport, OutgoingMail } from "../core/outbox/index.ts";
import { ConfigurationError } from "../platform/errors/index.ts";
import { type SmtpOptions, smtpTransport } from "./smtp.ts";

const certificate = selfSignedCertificate(["localhost", "127.0.0.1"]);
const mail: OutgoingMail = {
  id: "01939b8e-0000-7000-8000-000000000000",
  from: "Latchkey <no-reply@app.example.org>",
  kind: "test",
  to: "ann@example.org",
  subject: "A subject",
  text: "The text",
  html: "<p>The text</p>",
  links: [],
  createdAt: Date.UTC(2026, 0, 2, 3, 4, 5),
};

let servers: MailServer[] = [];
let transports: MailTransport[] = [];

afterEach(async () => {
  for (const transport of transports) await transport.close?.();
  for (const server of servers) await server.stop();
  transports = [];
  servers = [];
});

async function start(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  servers.push(server);
  return server;
}

function transport(url: string, options?: SmtpOptions): MailTransport {
  const made = smtpTransport(url, options);
  transports.push(made);
  return made;
}

function send(to: MailTransport, changes: Partial<OutgoingMail> = {}, signal = new AbortController().signal) {
  return to.send({ ...mail, ...changes }, { signal });
}

const codeOf = (sending: Promise<unknown>) =>
  sending.then(
    () => "sent",
    (error: Error & { code?: string }) => error.code,
  );

describe("a mail", () => {
  test("[EM-06] a mail carries its date, the mark of an automatic mail, and one Message-ID for all attempts", async () => {
    const server = await start();
    const smtp = transport(`smtp://127.0.0.1:${server.port}`);
    await send(smtp);
    await send(smtp);
    for (const each of server.received) {
      expect(headersOf(each).map(([name]) => name)).toEqual([
        "Auto-Submitted",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Date",
        "MIME-Version",
        "Content-Type",
      ]);
      expect(headerOf(each, "auto-submitted")).toBe("auto-generated");
      expect(headerOf(each, "message-id")).toBe(`<${mail.id}@app.example.org>`);
      expect(headerOf(each, "date")).toBe("Fri, 02 Jan 2026 03:04:05 +0000");
      expect(headerOf(each, "from")).toBe("Latchkey <no-reply@app.example.org>");
      expect(headerOf(each, "to")).toBe("ann@example.org");
      expect(each.from).toBe("no-reply@app.example.org");
      expect(each.to).toEqual(["ann@example.org"]);
      expect(each.raw).toMatch(/text\/plain.*The text.*text\/html.*<p>The text<\/p>/s);
    }
    expect(server.received).toHaveLength(2);
    expect(server.connections()).toBe(1);
  });

  test("[EM-02] a non-ASCII domain is sent in DNS form, a non-ASCII local part unchanged", async () => {
    const server = await start();
    const smtp = transport(`smtp://127.0.0.1:${server.port}`);
    await send(smtp, { to: "ann@b\u00fccher.example" });
    await send(smtp, { to: "j\u00f6rg@b\u00fccher.example" });
    expect(server.commands.filter((line) => line.startsWith("RCPT"))).toEqual([
      "RCPT TO:<ann@xn--bcher-kva.example>",
      "RCPT TO:<j\u00f6rg@b\u00fccher.example>",
    ]);
    expect(server.commands.filter((line) => line.startsWith("MAIL"))[1]).toContain("SMTPUTF8");
  });

  test("[EM-01] an invalid sender is refused before any connection", async () => {
    const server = await start();
    const smtp = transport(`smtp://127.0.0.1:${server.port}`);
    for (const from of [
      "nobody",
      "A <a@x.example>, B <b@x.example>",
      "<a@x.example> b",
      "a b@x.example",
      "",
    ]) {
      await expect(send(smtp, { from })).rejects.toThrow(ConfigurationError);
    }
    expect(server.connections()).toBe(0);
  });
});

describe("encryption", () => {
  test("smtp:// uses STARTTLS if the server offers it, and accepts only a trusted certificate", async () => {
    const server = await start(certificate);
    const url = `smtp://localhost:${server.port}`;
    await expect(send(transport(url))).rejects.toThrow(/self-signed certificate/);
    expect(server.received).toEqual([]);
    expect(server.commands).not.toContain("RCPT TO:<ann@example.org>");
    await send(transport(url, { tls: { ca: certificate.cert } }));
    expect(server.received).toMatchObject([{ secure: true }]);
  });

  test("smtps:// is encrypted from the start, and accepts only a trusted certificate of the right name", async () => {
    const server = await start({ ...certificate, secure: true });
    const tls = { ca: certificate.cert };
    await expect(send(transport(`smtps://127.0.0.1:${server.port}`))).rejects.toThrow(/self-signed/);
    const wrongName = transport(`smtps://127.0.0.1:${server.port}`, {
      tls: { ...tls, servername: "mail.example.org" },
    });
    await expect(send(wrongName)).rejects.toThrow(/altnames/);
    await send(transport(`smtps://127.0.0.1:${server.port}`, { tls }));
    expect(server.received).toMatchObject([{ secure: true }]);
  });

  test("without STARTTLS mail is sent unencrypted, unless requireTLS=true", async () => {
    const server = await start();
    await expect(send(transport(`smtp://127.0.0.1:${server.port}?requireTLS=true`))).rejects.toThrow();
    expect(server.commands.join("\n")).not.toContain("ann@example.org");
    await send(transport(`smtp://127.0.0.1:${server.port}?requireTLS=false`));
    expect(server.received).toMatchObject([{ secure: false }]);
  });
});

describe("authentication", () => {
  const password = "p@ss:w/rd %ü";
  const url = (server: MailServer, pass: string) =>
    `smtp://${encodeURIComponent("app@example.org")}:${encodeURIComponent(pass)}@localhost:${server.port}`;
  const asking = () =>
    start({
      ...certificate,
      authOptional: false,
      onAuth({ username, password: typed }, _session, done) {
        const right = username === "app@example.org" && typed === password;
        // A careless server: it repeats what it received.
        if (right) done(null, { user: username });
        else done(new Error(`no ${typed} ${Buffer.from(`\0${username}\0${typed}`).toString("base64")}`));
      },
    });

  test("the transport signs in with the URL's user and password", async () => {
    const server = await asking();
    await send(transport(url(server, password), { tls: { ca: certificate.cert } }));
    expect(server.received).toMatchObject([{ user: "app@example.org" }]);
  });

  test("[KY-03] a wrong password isn't final and isn't shown, however the server quotes it", async () => {
    const server = await asking();
    const wrong = transport(url(server, "wrong-canary"), { tls: { ca: certificate.cert } });
    const error = (await send(wrong).catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ code: "EAUTH", responseCode: 535 });
    expect(error).not.toHaveProperty("retry");
    expect(error.message).not.toContain("canary");
    expect(error.message).not.toContain(Buffer.from("\0app@example.org\0wrong-canary").toString("base64"));
    expect(server.received).toEqual([]);
  });
});

describe("a server in trouble", () => {
  /** Only for servers that stall on purpose: others may be slow on a busy machine. */
  const hasty = { connectTimeout: 300, greetingTimeout: 200, silenceTimeout: 200 };

  test.each([
    ["stalls after the connection", { connect: "stall" }, "ETIMEDOUT"],
    ["stalls at RCPT", { recipient: "stall" }, "ETIMEDOUT"],
    ["stalls at DATA", { data: "stall" }, "ETIMEDOUT"],
    ["refuses the connection for now", { connect: 421 }, "EPROTOCOL"],
    ["refuses the connection permanently", { connect: 554 }, "EPROTOCOL"],
    ["refuses the recipient for now", { recipient: 451 }, "EENVELOPE"],
    ["refuses the message for now", { data: 451 }, "EMESSAGE"],
    ["dies after the connection", { connect: "die" }, "ECONNECTION"],
    ["dies at RCPT", { recipient: "die" }, "ECONNECTION"],
    ["dies in the middle of DATA", { middle: "die" }, "ECONNECTION"],
    ["dies before it confirms the mail", { data: "die" }, "ECONNECTION"],
  ] as const)(
    "an attempt fails temporarily and the next one works if the server %s",
    async (_, trouble, code) => {
      const server = await start();
      const url = `smtp://127.0.0.1:${server.port}`;
      const limits = Object.values(trouble).includes("stall") ? hasty : undefined;
      const smtp = transport(url, limits);
      Object.assign(server.trouble, trouble);
      const error = (await send(smtp).catch((thrown: unknown) => thrown)) as Error;
      expect(error).toMatchObject({ code });
      expect(error).not.toHaveProperty("retry");
      for (const stage of Object.keys(trouble)) delete server.trouble[stage as keyof typeof trouble];
      await send(limits === undefined ? smtp : transport(url));
      expect(server.received).toHaveLength(1);
    },
  );

  test.each([
    ["the recipient", { recipient: 550 }],
    ["the message", { data: 554 }],
  ])("%s is refused permanently, and isn't tried again", async (_, trouble) => {
    const server = await start();
    Object.assign(server.trouble, trouble);
    await expect(send(transport(`smtp://127.0.0.1:${server.port}`))).rejects.toMatchObject({
      retry: false,
      message: expect.stringContaining("Not now, or not you."),
    });
  });

  test("an attempt sends DATA only once", async () => {
    for (const stage of ["middle", "data"] as const) {
      const server = await start();
      server.trouble[stage] = "die";
      await codeOf(send(transport(`smtp://127.0.0.1:${server.port}`)));
      expect([stage, server.commands.filter((line) => line.startsWith("DATA")).length]).toEqual([stage, 1]);
    }
  });

  test("after the server closed a pooled connection, the next mail uses a new one", async () => {
    const server = await start();
    const smtp = transport(`smtp://127.0.0.1:${server.port}`);
    for (let count = 0; count < 3; count += 1) {
      await send(smtp);
      server.cut();
    }
    expect(server.received).toHaveLength(3);
    expect(server.connections()).toBe(3);
  });

  test("a missing server fails the attempt at once", async () => {
    const server = await startMailServer();
    await server.stop();
    expect(await codeOf(send(transport(`smtp://127.0.0.1:${server.port}`)))).toBe("ESOCKET");
  });

  test("an attempt that is cut off closes its connection", async () => {
    const server = await start();
    server.trouble.data = "stall";
    const smtp = transport(`smtp://127.0.0.1:${server.port}`);
    const controller = new AbortController();
    const sending = send(smtp, {}, controller.signal);
    await server.stalled();
    controller.abort(new Error("too long"));
    await expect(sending).rejects.toThrow(/aborted/);
    delete server.trouble.data;
    await send(smtp);
    expect(server.received).toHaveLength(1);
  });

  test("the transport holds at most its limit of connections, and none after closing", async () => {
    const server = await start();
    const smtp = transport(`smtp://127.0.0.1:${server.port}`, { connections: 2 });
    await Promise.all(Array.from({ length: 20 }, () => send(smtp)));
    expect(server.received).toHaveLength(20);
    expect(server.connections()).toBe(2);
    await smtp.close?.();
    await send(smtp);
    expect(server.connections()).toBe(3);
  });
});

describe("configuration", () => {
  test.each([
    ["mail.example.org", /isn't a mail server's address/],
    ["http://mail.example.org", /isn't a mail server's address/],
    ["smtp://", /isn't a mail server's address/],
    ["smtp://user:100%@mail.example.org", /write it as %25/],
    ["smtp://mail.example.org?requiretls=true", /"requiretls" is not understood/],
    ["smtp://mail.example.org?tls.rejectUnauthorized=false", /is not understood/],
  ])("%s is refused with a sentence that says the fix", (url, sentence) => {
    expect(() => smtpTransport(url)).toThrow(ConfigurationError);
    expect(() => smtpTransport(url)).toThrow(sentence);
  });

  test("an error never repeats the URL's password", () => {
    const problem = (() => {
      try {
        smtpTransport("http://user:canary@mail.example.org");
      } catch (error) {
        return String(error);
      }
    })();
    expect(problem).toContain("SMTP URL");
    expect(problem).not.toContain("canary");
  });

  test("without nodemailer sending names the package, and everything else works", async () => {
    const program = `
      import { registerHooks } from "node:module";
      registerHooks({
        resolve(name, context, next) {
          if (name !== "nodemailer") return next(name, context);
          throw Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });
        },
      });
      const { smtpTransport } = await import(process.argv[1]);
      const mail = ${JSON.stringify(mail)};
      const { signal } = new AbortController();
      await smtpTransport("smtp://127.0.0.1:1").send(mail, { signal }).catch((error) => {
        console.log(error.name, error.message);
      });`;
    const door = new URL("./smtp.ts", import.meta.url).href;
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...["--conditions=latchkey-source", "--disable-warning=ExperimentalWarning", "--input-type=module"],
      ...["-e", program, door],
    ]);
    expect(stdout).toMatch(/^ConfigurationError .*: run npm install nodemailer\.\n$/);
  });
});

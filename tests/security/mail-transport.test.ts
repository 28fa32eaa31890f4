import { unwrap } from "latchkey";
import { testPassword } from "latchkey/testing";
import { afterEach, describe, expect, test } from "vitest";
import { type SmtpOptions, smtpTransport } from "../../src/adapters/smtp.ts";
import { coreOf } from "../../src/assemble.ts";
import { sendNotice } from "../../src/core/notices/index.ts";
import type { MailTransport, SendMail } from "../../src/core/outbox/index.ts";
import { parseEmailAddress } from "../../src/core/users/index.ts";
import type { AuthOptions } from "../../src/options.ts";
import { seenFromOutside } from "../support/answer.ts";
import { selfSignedCertificate } from "../support/certificate.ts";
import { headerOf, headersOf, type MailServer, type Stage, startMailServer } from "../support/mail-server.ts";
import { createSite, type Site } from "../support/site.ts";

/* Mail from the form to a real mail server: recipient, header, and the effects of a failing server. */

/** Only for servers that stall on purpose: others may be slow on a busy machine. */
const hasty: SmtpOptions = { connectTimeout: 300, greetingTimeout: 200, silenceTimeout: 200 };
const opened: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function startServer(options?: Parameters<typeof startMailServer>[0]): Promise<MailServer> {
  const server = await startMailServer(options);
  opened.push(server.stop);
  return server;
}

function startSite(port: number, options: Partial<AuthOptions> = {}, smtp?: SmtpOptions): Site {
  const transport = smtpTransport(`smtp://localhost:${port}`, smtp);
  const site = createSite({ ...options, mail: { transport, ...options.mail } });
  opened.push(site.close);
  return site;
}

const register = (site: Site, email: string) =>
  site.browser().postForm("/register", { email, password: testPassword });

const recipients = ({ commands }: MailServer) =>
  commands.filter((line) => line.startsWith("RCPT")).map((line) => line.replace(/^RCPT TO:<(.*)>.*$/, "$1"));

const confusing = [
  '"e@evil.example"@victim.example',
  "a@victim.example,e@evil.example",
  "a@victim.example;e@evil.example",
  "<e@evil.example>a@victim.example",
  "a@victim.example <e@evil.example>",
  "a@victim.example (e@evil.example)",
  "group: e@evil.example;",
  "=?utf-8?q?e=40evil.example=3e?=@x",
  "=?utf-8?q?e=40evil.example=3e?=@x.example",
  "a@victim.example%0abcc:e@evil.example",
  "a%evil.example@victim.example",
  "evil.example!a@victim.example",
  "@a,@b:c@d",
  "@evil.example:a@victim.example",
  "a@[127.0.0.1]",
  "a@b@c",
  "a@b.example@victim.example",
  `"${"very long ".repeat(7)}"@x`,
  `${"a".repeat(65)}@x.example`,
  "a..b@x",
  "a..b@x.example",
  "a b@victim.example",
  "a@victim.example\u0000e@evil.example",
  "a\u200b@victim.example",
  "a@victim.example\u3002evil.example",
  "a\uff20evil.example@victim.example",
];

const plain = [
  "a@victim.example",
  "first.last+tag@victim.example",
  "o'brien@victim.example",
  "#$&'*+-/=?^_`{|}~@victim.example",
  `${"a".repeat(64)}@victim.example`,
  "a@very.deep.victim.example",
];

describe("the recipient", () => {
  test.each([...confusing, ...plain])(
    "[EM-02] the recipient %j is refused, or is the whole of RCPT TO (case A-EM-01)",
    async (address) => {
      const server = await startServer();
      const site = startSite(server.port);
      const { status } = await register(site, address);
      await site.auth.deliverMail();
      const accepted = parseEmailAddress(address) !== null;
      expect([status, recipients(server)]).toEqual([
        accepted ? 200 : address.includes("\0") ? 400 : 422,
        accepted ? [address] : [],
      ]);
      expect(server.received.map(({ to }) => to)).toEqual(accepted ? [[address]] : []);
      expect(accepted).toBe(plain.includes(address));
    },
  );

  test.each([
    ...confusing,
    "a@victim.example\r\nRCPT TO:<e@evil.example>",
    "a@victim.example>\n<e@evil.example",
    "",
  ])(
    "[EM-02] a stored recipient %j is refused permanently before any server is contacted (case A-EM-01)",
    async (to) => {
      const server = await startServer();
      const site = startSite(server.port);
      await site.auth.ready();
      const mail = { kind: "test", to, subject: "Hello", text: "Hello", html: "<p>Hello</p>", links: [] };
      await site.auth.database.transaction((tx) => coreOf(site.auth).outbox.enqueue(tx, mail));
      await site.auth.deliverMail();
      expect(server.connections()).toBe(0);
      expect((await unwrap(site.auth.outbox.list())).mails).toMatchObject([
        { state: "failed", attempts: 1, lastError: "The recipient is not one plain address." },
      ]);
    },
  );

  test("[EM-02] mail goes to the stored address, not to a later spelling of it", async () => {
    const server = await startServer();
    const site = startSite(server.port);
    await unwrap(site.auth.users.create({ email: "Ann.Lee@victim.example", password: testPassword }));
    await register(site, "ANN.LEE@VICTIM.EXAMPLE");
    await site.auth.deliverMail();
    expect(recipients(server)).toEqual(["Ann.Lee@victim.example"]);
  });
});

const breaks = [
  "\r",
  "\n",
  "\r\n",
  "%0d%0a",
  "\u2028",
  "\u0085",
  "\u000b",
  "\r\n.\r\n",
  "\r\n\r\n<b>second body</b>\r\n",
].map((text) => [text] as const);
const injected = (text: string) => `Evil${text}Bcc: e@evil.example${text}X-Evil: yes${text}`;

/** One mail only to Ann, with the header of every other mail, and not cut off. */
function expectOneCleanMail(server: MailServer): void {
  expect(server.received).toHaveLength(1);
  expect(recipients(server)).toEqual(["ann@victim.example"]);
  const [mail] = server.received as [MailServer["received"][0]];
  expect(headersOf(mail).map(([name]) => name)).toEqual([
    "Auto-Submitted",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "MIME-Version",
    "Content-Type",
  ]);
  expect(headerOf(mail, "to")).toBe("ann@victim.example");
  expect(headerOf(mail, "from")).toMatch(/ <no-reply@app\.example\.org>$/);
  expect(mail.raw).toMatch(/\r\n--[^\r\n]+--\r\n$/);
  expect(server.commands.filter((line) => /^(MAIL|RCPT|DATA)/.test(line))).toHaveLength(3);
}

describe("the header", () => {
  test.each(breaks)("[EM-01] %j in the site's name stays inside its lines (case A-EM-02)", async (text) => {
    const server = await startServer();
    const site = startSite(server.port, { siteName: injected(text) });
    await register(site, "ann@victim.example");
    await site.auth.deliverMail();
    expectOneCleanMail(server);
  });

  test.each(breaks)("[EM-01] %j in the configured sender's name stays there (case A-EM-02)", async (text) => {
    const server = await startServer();
    const transport = smtpTransport(`smtp://localhost:${server.port}`);
    const from = `${injected(text).replace(/[<>]/g, "")} <no-reply@app.example.org>`;
    const site = startSite(server.port, { mail: { transport, from } });
    await register(site, "ann@victim.example");
    await site.auth.deliverMail();
    expectOneCleanMail(server);
  });

  test.each(breaks)(
    "[EM-01] %j in a subject, a user agent and a client's address stays there (case A-EM-02)",
    async (text) => {
      const server = await startServer();
      const site = startSite(server.port);
      const { user } = await unwrap(
        site.auth.users.create({ email: "ann@victim.example", password: testPassword }),
      );
      const core = coreOf(site.auth);
      const facts = {
        address: injected(text),
        userAgent: `Mozilla/5.0 ${injected(text)} Firefox/140.0`,
        requestId: injected(text),
        deviceToken: null,
        preSession: null,
        locale: null,
        sessionId: null,
        userId: null,
      };
      const written = { subject: injected(text), paragraphs: [injected(text)] };
      const notice = { kind: "test", write: () => written };
      await core.db.transaction((tx) =>
        sendNotice(core, tx, notice, { to: { ...user, emailVerified: true }, facts }),
      );
      await site.auth.deliverMail();
      expectOneCleanMail(server);
    },
  );

  test.each(breaks)("[EM-01] %j is in no header that a function gets (case A-EM-02)", async (text) => {
    const handed: string[] = [];
    const transport: SendMail = async ({ from, to, subject }) => void handed.push(from, to, subject);
    const from = `${injected(text)} <no-reply@app.example.org>`;
    const site = startSite(1, { siteName: injected(text), mail: { transport, from } });
    await register(site, "ann@victim.example");
    await site.auth.deliverMail();
    expect(handed).toHaveLength(3);
    expect(handed.filter((value) => /[\p{Cc}\p{Zl}\p{Zp}]/u.test(value))).toEqual([]);
  });

  test.each(breaks)("[EM-01] %j in a chosen name never reaches a mail (case A-EM-02)", async (text) => {
    const server = await startServer();
    const site = startSite(server.port);
    const named = { email: "ann@victim.example", password: testPassword, username: `ann${text}Bcc: e` };
    expect((await site.browser().postForm("/register", named)).status).toBe(422);
    expect((await register(site, `ann@victim.example${text}Bcc: e@evil.example`)).status).toBe(422);
    await site.auth.deliverMail();
    expect(server.connections()).toBe(0);
  });

  test("[EM-06] the header states that the mail is automatic, and its date; it offers no unsubscription", async () => {
    const server = await startServer();
    const site = startSite(server.port);
    await register(site, "ann@victim.example");
    server.trouble.data = 451;
    await site.auth.deliverMail();
    delete server.trouble.data;
    site.clock.advance("1m");
    await site.auth.deliverMail();
    const [mail] = server.received as [MailServer["received"][0]];
    const [queued] = (await unwrap(site.auth.outbox.list({ state: "all" }))).mails;
    expect(headerOf(mail, "auto-submitted")).toBe("auto-generated");
    expect(headerOf(mail, "message-id")).toBe(`<${queued?.id}@app.example.org>`);
    // The time when it was written, not when it was sent.
    expect(headerOf(mail, "date")).toBe("Thu, 01 Jan 2026 00:00:00 +0000");
    expect(headerOf(mail, "list-unsubscribe")).toBeUndefined();
  });
});

type Troubles = { [At in Stage]?: MailServer["trouble"][At] };

const passing: [name: string, trouble: Troubles][] = [
  ["stalls after the connection", { connect: "stall" }],
  ["stalls at RCPT", { recipient: "stall" }],
  ["stalls at DATA", { data: "stall" }],
  ["is too busy to talk (421)", { connect: 421 }],
  ["puts the recipient off (450)", { recipient: 450 }],
  ["puts the message off (451)", { data: 451 }],
  ["refuses connections (554)", { connect: 554 }],
  ["hangs up after the connection", { connect: "die" }],
  ["dies in the middle of DATA", { middle: "die" }],
  ["resets the connection after DATA", { data: "die" }],
];
const final: [name: string, trouble: Troubles][] = [
  ["knows no such recipient (550)", { recipient: 550 }],
  ["refuses the message for good (554)", { data: 554 }],
];

const stalls = (trouble: Troubles): boolean => Object.values(trouble).includes("stall");

describe("a mail server in trouble", () => {
  test.each(passing)(
    "[EM-05] %s: the mail is tried again and arrives once (case A-EM-04)",
    async (_, trouble) => {
      const server = await startServer();
      const url = `smtp://localhost:${server.port}`;
      const [inTrouble, later] = [smtpTransport(url, stalls(trouble) ? hasty : {}), smtpTransport(url)];
      opened.push(async () => void (await Promise.all([inTrouble.close?.(), later.close?.()])));
      let { send } = inTrouble;
      const transport: SendMail = (mail, context) => send(mail, context);
      const site = startSite(server.port, { mail: { transport } });
      Object.assign(server.trouble, trouble);
      await register(site, "ann@example.org");
      await site.auth.deliverMail();
      expect((await unwrap(site.auth.outbox.list())).mails).toMatchObject([
        { state: "waiting", attempts: 1 },
      ]);
      send = later.send;
      await site.auth.deliverMail();
      for (const stage of Object.keys(trouble)) delete server.trouble[stage as Stage];
      for (const wait of ["59s", "1s", "1h"] as const) {
        site.clock.advance(wait);
        await site.auth.deliverMail();
        expect(server.received).toHaveLength(wait === "59s" ? 0 : 1);
      }
      expect((await unwrap(site.auth.outbox.list({ state: "all" }))).mails).toMatchObject([
        { state: "sent", attempts: 2, lastError: null },
      ]);
    },
  );

  test.each(final)("[EM-05] %s: the mail is given up with the reason (case A-EM-04)", async (_, trouble) => {
    const server = await startServer();
    const site = startSite(server.port);
    Object.assign(server.trouble, trouble);
    await register(site, "ann@example.org");
    await site.auth.deliverMail();
    site.clock.advance("1d");
    await site.auth.deliverMail();
    expect((await unwrap(site.auth.outbox.list())).mails).toMatchObject([
      { state: "failed", attempts: 1, lastError: expect.stringMatching(/55[04] Not now, or not you\./) },
    ]);
    for (const stage of Object.keys(trouble)) delete server.trouble[stage as Stage];
    expect((await unwrap(site.auth.outbox.retryAll())).retried).toBe(1);
    await site.auth.deliverMail();
    expect(server.received.map(({ to }) => to)).toEqual([["ann@example.org"]]);
  });

  test("[EM-05] a mail is given up after seven attempts, with the reason, if the mail server stays down", async () => {
    const server = await startMailServer();
    await server.stop();
    const site = startSite(server.port);
    await register(site, "ann@example.org");
    for (let hours = 0; hours < 30; hours += 1) {
      await site.auth.deliverMail();
      site.clock.advance("1h");
    }
    expect((await unwrap(site.auth.outbox.list())).mails).toMatchObject([
      { state: "failed", attempts: 7, lastError: expect.stringContaining("ECONNREFUSED") },
    ]);
  });

  test("[EM-05] pages are the same and don't wait if the mail server works, is down, silent or refusing (case A-EM-04)", async () => {
    const down = await startMailServer();
    await down.stop();
    const seen: [string, object[]][] = [];
    for (const [name, trouble] of [["works", {}], ["is down", null], ...passing, ...final] as const) {
      const server = trouble === null ? down : await startServer();
      Object.assign(server.trouble, trouble);
      // The times of production: no test below can wait for one of them.
      const site = startSite(server.port, {}, { silenceTimeout: "30s" });
      await unwrap(site.auth.users.create({ email: "known@example.org", password: testPassword }));
      const answers: object[] = [];
      for (const path of ["/register", "/forgot-password", "/confirm-email/resend"]) {
        for (const email of ["known@example.org", "new@example.org"]) {
          const fields = path === "/register" ? { email, password: testPassword } : { email };
          answers.push(seenFromOutside(await site.browser().postForm(path, fields), email));
        }
      }
      if (stalls(trouble ?? {})) await server.stalled();
      seen.push([name, answers]);
      for (const stage of Object.keys(trouble ?? {})) delete server.trouble[stage as Stage];
      server.cut();
    }
    const [[, working]] = seen as [[string, object[]]];
    expect(working).toHaveLength(6);
    expect(working[0]).toMatchObject({ status: 200 });
    for (const [name, answers] of seen) expect([name, answers]).toEqual([name, working]);
  });
});

describe("on the way", () => {
  const certificate = selfSignedCertificate(["localhost"]);

  test("STARTTLS with an unknown certificate is refused, and the mail waits until it is trusted", async () => {
    const server = await startServer(certificate);
    const careful = startSite(server.port);
    await register(careful, "ann@example.org");
    await careful.auth.deliverMail();
    expect(server.received).toEqual([]);
    expect((await unwrap(careful.auth.outbox.list())).mails).toMatchObject([
      { state: "waiting", lastError: expect.stringContaining("self-signed certificate") },
    ]);
    const trusting = startSite(server.port, {}, { tls: { ca: certificate.cert } });
    await register(trusting, "ann@example.org");
    await trusting.auth.deliverMail();
    expect(server.received).toMatchObject([{ secure: true }]);
  });

  test("many mails are sent over few connections, and closing the site closes them", async () => {
    const server = await startServer();
    const site = startSite(server.port);
    for (let number = 0; number < 20; number += 1) await register(site, `person-${number}@example.org`);
    await site.auth.deliverMail();
    expect(new Set(server.received.map(({ to }) => to[0])).size).toBe(20);
    expect(server.received).toHaveLength(20);
    expect(server.connections()).toBeLessThanOrEqual(4);
    let closed = 0;
    const transport: MailTransport = {
      send: async () => undefined,
      close: () => {
        closed += 1;
      },
    };
    const other = createSite({ mail: { transport } });
    await other.close();
    expect(closed).toBe(1);
  });
});

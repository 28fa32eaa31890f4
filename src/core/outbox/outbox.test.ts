import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { testClock } from "../../adapters/testing.ts";
import { createKeyRing } from "../../platform/crypto/index.ts";
import { type Database, migrate, openSqlite } from "../../platform/database/index.ts";
import { silentLogger } from "../../platform/log/index.ts";
import { migrations } from "../schema/index.ts";
import type { Job } from "./job.ts";
import type { Mail, MailTransport, OutgoingMail, SendMail } from "./mail.ts";
import { createOutbox, type Outbox } from "./outbox.ts";

const clock = testClock();
const keys = createKeyRing(["an outbox key"]);
const mail: Mail = {
  kind: "confirm_email",
  to: "anna@example.org",
  subject: "Hello",
  text: "Open https://app.example/confirm-email?token=CANARY",
  html: "<a href='https://app.example/confirm-email?token=CANARY'>",
  links: ["https://app.example/confirm-email?token=CANARY"],
};

let db: Database;
let outboxes: Outbox[];

beforeEach(async () => {
  db = openSqlite(":memory:");
  outboxes = [];
  await migrate(db, "latchkey", migrations, clock);
});

afterEach(async () => {
  for (const outbox of outboxes) await outbox.stop();
  await db.close();
});

function start(
  transport?: MailTransport | SendMail,
  ring = keys,
  limits: { senders?: number; attemptMs?: number; stopMs?: number } = {},
): Outbox {
  const outbox = createOutbox({
    db,
    clock,
    keys: ring,
    log: silentLogger,
    from: "x@example.org",
    transport,
    keepMail: true,
    ...limits,
  });
  outboxes.push(outbox);
  return outbox;
}

async function put(outbox: Outbox, count = 1, changes: Partial<Mail> = {}): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await db.transaction((tx) => outbox.enqueue(tx, { ...mail, ...changes }));
  }
}

const rows = () =>
  db.all<{ attempts: number; sent: number; failed: number; send_after: number; last_error: string | null }>(
    `SELECT attempts, sent_at IS NOT NULL AS sent, failed_at IS NOT NULL AS failed, send_after, last_error
     FROM outbox ORDER BY id`,
  );

/** A transport that holds its mails, and reports when this many wait. */
function held() {
  const waiting: { mail: OutgoingMail; signal: AbortSignal; go: () => void }[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let reached = Promise.withResolvers<void>();
  const send: SendMail = (mail, { signal }) =>
    new Promise<void>((resolve) => {
      waiting.push({ mail, signal, go: resolve });
      if (waiting.length >= wanted) reached.resolve();
    });
  return {
    send,
    waiting,
    until(count: number): Promise<void> {
      wanted = count;
      reached = Promise.withResolvers();
      if (waiting.length >= count) reached.resolve();
      return reached.promise;
    },
  };
}

describe("the outbox", () => {
  test("[KY-03] the outbox keeps content sealed, and drops it once the mail is sent", async () => {
    const sent: string[] = [];
    const outbox = start({ send: async ({ text }) => void sent.push(text) });
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    const before = await db.one<{ content: Uint8Array }>("SELECT content FROM outbox");
    expect(Buffer.from(before?.content as Uint8Array).toString("latin1")).not.toContain("CANARY");
    await outbox.deliver();
    expect(sent).toEqual([mail.text]);
    expect(await db.one("SELECT content FROM outbox")).toEqual({ content: null });
    expect(await outbox.kept()).toEqual([]);
  });

  test("a failed transaction leaves no mail", async () => {
    const outbox = start();
    const failing = db.transaction(async (tx) => {
      await outbox.enqueue(tx, mail);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await outbox.deliver();
    expect(await outbox.kept()).toEqual([]);
  });

  test("a failing mail is retried with growing waits, then given up with the reason", async () => {
    let tries = 0;
    const outbox = start({
      send: async () => {
        tries += 1;
        throw new Error("the server said no");
      },
    });
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    await outbox.deliver();
    await outbox.deliver();
    expect(tries).toBe(1);
    for (const wait of ["1m", "5m", "30m", "2h", "6h", "12h"] as const) {
      clock.advance(wait);
      await outbox.deliver();
    }
    expect(tries).toBe(7);
    clock.advance("24h");
    await outbox.deliver();
    expect(tries).toBe(7);
    expect(await db.one("SELECT last_error, failed_at IS NOT NULL AS failed FROM outbox")).toEqual({
      last_error: "the server said no",
      failed: 1,
    });
  });

  test("two processes send a mail only once", async () => {
    const sent: string[] = [];
    const transport: MailTransport = { send: async ({ id }) => void sent.push(id) };
    const [one, two] = [start(transport), start(transport)];
    for (let count = 0; count < 20; count += 1) await db.transaction((tx) => one.enqueue(tx, mail));
    await Promise.all([one.deliver(), two.deliver()]);
    expect(sent).toHaveLength(20);
    expect(new Set(sent).size).toBe(20);
  });

  test("[KY-02] mail sealed under an older key is sent while that key is configured, and then fails with the reason", async () => {
    const outbox = start();
    await db.transaction((tx) => outbox.enqueue(tx, mail));
    await outbox.deliver();
    expect(await start(undefined, createKeyRing(["a newer key", "an outbox key"])).kept()).toHaveLength(1);
    expect(await start(undefined, createKeyRing(["a newer key"])).kept()).toEqual([]);
  });
});

describe("sending", () => {
  test("the outbox sends four mails at once, and each of them once", async () => {
    const transport = held();
    const outbox = start(transport.send);
    await put(outbox, 10);
    const delivered = outbox.deliver();
    await transport.until(4);
    expect(transport.waiting).toHaveLength(4);
    for (let number = 0; number < 10; number += 1) {
      await transport.until(number + 1);
      transport.waiting[number]?.go();
    }
    await delivered;
    expect(new Set(transport.waiting.map((each) => each.mail.id)).size).toBe(10);
    expect((await rows()).every(({ sent, attempts }) => sent === 1 && attempts === 1)).toBe(true);
  });

  test("a transport, which may be a function, gets sender, recipient, content and time", async () => {
    const got: OutgoingMail[] = [];
    const outbox = start(async (each) => void got.push(each));
    await put(outbox, 1, { code: "ABCDEFGH" });
    await outbox.deliver();
    const { userId: _, ...content } = mail;
    expect(got).toEqual([
      {
        ...content,
        code: "ABCDEFGH",
        id: expect.any(String),
        from: "x@example.org",
        createdAt: clock.now(),
      },
    ]);
  });

  test("[EM-05] after a crash before marking, the mail is sent twice under one id, but not a third time", async () => {
    const sent: string[] = [];
    const crashing = start(
      (each) => {
        sent.push(each.id);
        return new Promise(() => undefined);
      },
      keys,
      { stopMs: 1 },
    );
    await put(crashing);
    void crashing.deliver();
    await expect.poll(() => sent.length).toBe(1);

    const next = start(async (each) => void sent.push(each.id));
    await next.deliver();
    clock.advance("4m");
    await next.deliver();
    expect(sent).toHaveLength(1);
    clock.advance("1m");
    await next.deliver();
    clock.advance("30d");
    await next.deliver();
    expect(sent).toEqual([sent[0], sent[0]]);
    expect(await rows()).toMatchObject([{ sent: 1, attempts: 2 }]);
  });

  test("[EM-05] a transport that never settles blocks the outbox only until the limit of an attempt", async () => {
    const transport = held();
    const outbox = start(transport.send, keys, { attemptMs: 5 });
    await put(outbox, 6);
    await outbox.deliver();
    expect(transport.waiting).toHaveLength(6);
    expect(transport.waiting.every(({ signal }) => signal.aborted)).toBe(true);
    expect(await rows()).toEqual(
      Array(6).fill({
        attempts: 1,
        sent: 0,
        failed: 0,
        send_after: clock.now() + 60_000,
        last_error: "Sending took longer than 1 seconds.",
      }),
    );
  });

  test("a mail that is sent after its time limit isn't sent again", async () => {
    const transport = held();
    const outbox = start(transport.send, keys, { attemptMs: 5 });
    await put(outbox);
    await outbox.deliver();
    transport.waiting[0]?.go();
    await expect.poll(async () => (await rows())[0]?.sent).toBe(1);
    clock.advance("1h");
    await outbox.deliver();
    expect(transport.waiting).toHaveLength(1);
  });

  test("an attempt that another process took over has no effect", async () => {
    const slow = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const one = start(() => {
      began.resolve();
      return slow.promise;
    });
    await put(one);
    const first = one.deliver();
    await began.promise;
    clock.advance("5m");
    const transport = held();
    const two = start(transport.send);
    const second = two.deliver();
    await transport.until(1);
    const taken = await rows();
    slow.reject(new Error("too late to matter"));
    await first;
    expect(await rows()).toEqual(taken);
    transport.waiting[0]?.go();
    await second;
    expect(await rows()).toMatchObject([{ sent: 1, attempts: 2, last_error: null }]);
  });

  test("a permanently refused mail is given up at once", async () => {
    const outbox = start(() => Promise.reject(Object.assign(new Error("no such mailbox"), { retry: false })));
    await put(outbox);
    await outbox.deliver();
    expect(await rows()).toMatchObject([{ failed: 1, attempts: 1, last_error: "no such mailbox" }]);
  });

  test("[KY-03] a server's quote of a mail is kept without its links and codes", async () => {
    const outbox = start(({ text, code }) => Promise.reject(new Error(`refused: ${text} ${code}\r\nreally`)));
    await put(outbox, 1, { code: "WXYZWXYZ" });
    await outbox.deliver();
    expect((await rows())[0]?.last_error).toBe("refused: Open … … really");
  });

  test("[LG-03] logs name the mail and the kind of failure, never the address or the server's text", async () => {
    const lines: unknown[] = [];
    const log = { ...silentLogger, warn: (...line: unknown[]) => void lines.push(line) };
    const send = () => Promise.reject(Object.assign(new Error("no anna@example.org"), { code: "EENVELOPE" }));
    const outbox = createOutbox({ db, clock, keys, log, from: "x", transport: send, keepMail: false });
    outboxes.push(outbox);
    await put(outbox);
    await outbox.deliver();
    expect(lines).toEqual([
      [{ mail: expect.any(String), kind: mail.kind, attempts: 1, code: "EENVELOPE" }, "mail was not sent"],
    ]);
  });
});

describe("stopping", () => {
  test("stopping waits for running attempts, starts no new one, then closes the transport once", async () => {
    const transport = held();
    let closed = 0;
    const close = () => {
      closed += 1;
    };
    const outbox = start({ send: transport.send, close }, keys, { senders: 1 });
    await put(outbox, 2);
    void outbox.deliver();
    await transport.until(1);
    const stopping = outbox.stop();
    expect(closed).toBe(0);
    transport.waiting[0]?.go();
    await Promise.all([stopping, outbox.stop()]);
    expect([closed, transport.waiting.length]).toEqual([1, 1]);
    expect((await rows()).map(({ sent, attempts }) => [sent, attempts])).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  test("stopping aborts attempts that take too long, and their mail is retried later", async () => {
    const transport = held();
    const outbox = start(transport.send, keys, { stopMs: 5 });
    await put(outbox);
    void outbox.deliver();
    await transport.until(1);
    await outbox.stop();
    expect(transport.waiting[0]?.signal.aborted).toBe(true);
    expect(await rows()).toMatchObject([
      { sent: 0, failed: 0, last_error: "The outbox stopped while this was sent." },
    ]);
  });
});

describe("jobs", () => {
  const job: Job = { kind: "forgot", to: "anna@example.org", data: { page: "CANARY", nothing: null } };
  const enqueueJob = (outbox: Outbox) => db.transaction((tx) => outbox.enqueueJob(tx, job));

  test("a job is done once, by the first process, and then deleted", async () => {
    const done: Job[] = [];
    const both = [start(), start()] as const;
    for (const outbox of both) outbox.onJob("forgot", async (_, each) => void done.push(each));
    for (let count = 0; count < 10; count += 1) await enqueueJob(both[0]);
    await Promise.all(both.map((outbox) => outbox.deliver()));
    expect(done).toEqual(Array(10).fill(job));
    expect(await rows()).toEqual([]);
  });

  test("a job that two processes hold after a timeout is done once", async () => {
    const done: string[] = [];
    const paused = Promise.withResolvers<void>();
    const [slow, quick] = [start(), start()];
    const take = db.transaction;
    slow.onJob("forgot", async () => void done.push("slow"));
    quick.onJob("forgot", async () => void done.push("quick"));
    await enqueueJob(slow);
    // The slow one stops between taking the job, which is relaxed, and doing it.
    const reached = Promise.withResolvers<void>();
    db.transaction = async (work, options) => {
      if (options === undefined) {
        reached.resolve();
        await paused.promise;
      }
      return take(work, options);
    };
    const delivering = slow.deliver();
    await reached.promise;
    db.transaction = take;
    clock.advance("5m");
    await quick.deliver();
    paused.resolve();
    await delivering;
    expect(done).toEqual(["quick"]);
  });

  test("a failed job leaves no trace and is tried again", async () => {
    let works = false;
    const sent: string[] = [];
    const outbox = start(async ({ to }) => void sent.push(to));
    outbox.onJob("forgot", async (tx, { to }) => {
      await outbox.enqueue(tx, { ...mail, to });
      if (!works) throw new Error("half-way, with CANARY");
    });
    await enqueueJob(outbox);
    await outbox.deliver();
    expect(sent).toEqual([]);
    expect(await rows()).toMatchObject([{ attempts: 1, failed: 0, last_error: "half-way, with …" }]);
    works = true;
    await outbox.deliver();
    expect(sent).toEqual([]);
    clock.advance("1m");
    await outbox.deliver();
    expect(sent).toEqual(["anna@example.org"]);
    expect(await rows()).toMatchObject([{ sent: 1 }]);
  });

  test("a failed transaction leaves no job", async () => {
    const done: Job[] = [];
    const outbox = start();
    outbox.onJob("forgot", async (_, each) => void done.push(each));
    const failing = db.transaction(async (tx) => {
      await outbox.enqueueJob(tx, job);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    await outbox.deliver();
    expect(done).toEqual([]);
  });

  test("a job is tried again, whatever its function throws", async () => {
    const outbox = start();
    outbox.onJob("forgot", () => Promise.reject(Object.assign(new Error("gone"), { retry: false })));
    await db.transaction((tx) => outbox.enqueueJob(tx, job));
    await outbox.deliver();
    expect(await rows()).toMatchObject([{ attempts: 1, failed: 0, last_error: "gone" }]);
  });

  test("[KY-03] jobs are sealed at rest and never shown among the mails", async () => {
    const outbox = start();
    outbox.onJob("forgot", () => Promise.reject(new Error("not yet")));
    await enqueueJob(outbox);
    await outbox.deliver();
    const row = await db.one<{ content: Uint8Array }>("SELECT content FROM outbox");
    expect(Buffer.from(row?.content ?? []).toString("latin1")).not.toContain("CANARY");
    expect(await outbox.kept()).toEqual([]);
  });

  test("a job without a function is kept, with the reason", async () => {
    const outbox = start();
    await enqueueJob(outbox);
    await outbox.deliver();
    expect(await rows()).toMatchObject([{ last_error: "No function does jobs of the kind forgot." }]);
    outbox.onJob("forgot", async () => undefined);
    expect(() => outbox.onJob("forgot", async () => undefined)).toThrow(TypeError);
  });

  test("[TH-02] jobs run while every sender is busy and many mails are due", async () => {
    const transport = held();
    const outbox = start(transport.send, keys, { stopMs: 5 });
    const { promise: done, resolve } = Promise.withResolvers<string>();
    outbox.onJob("forgot", async (_, { to }) => resolve(to));
    await put(outbox, 50);
    void outbox.deliver();
    await transport.until(4);
    await enqueueJob(outbox);
    expect(await done).toBe("anna@example.org");
    expect(transport.waiting).toHaveLength(4);
  });

  test("a queue finds its next work by an index, even if others are long", async () => {
    const waits = "FROM outbox WHERE sent_at IS NULL AND failed_at IS NULL AND queue = $1";
    for (const statement of [
      `SELECT id ${waits} AND send_after <= $2 ORDER BY send_after, id LIMIT 1`,
      `SELECT min(send_after) ${waits}`,
    ]) {
      const plan = await db.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`);
      const [search, ...more] = plan.map(({ detail }) => detail);
      expect(search).toMatch(/^SEARCH outbox USING (?:COVERING )?INDEX outbox_by_queue \(queue=\?/);
      expect(more).toEqual([]);
    }
  });

  test("a job that hangs in one queue delays no mail and no job of another queue", async () => {
    const { promise: hangs, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begins } = Promise.withResolvers<void>();
    const sent: string[] = [];
    const outbox = start(async ({ kind }) => void sent.push(kind));
    outbox.onJob("hanging", {
      outside: async () => {
        begins();
        await hangs;
      },
    });
    outbox.onJob("forgot", (tx) => outbox.enqueue(tx, { ...mail, kind: "reset" }));
    await db.transaction((tx) =>
      outbox.enqueueJob(tx, { kind: "hanging", to: "", data: {}, queue: "listeners" }),
    );
    const delivering = outbox.deliver();
    await begun;
    await enqueueJob(outbox);
    await expect.poll(() => sent).toEqual(["reset"]);
    goOn();
    await delivering;
    expect(await rows()).toMatchObject([{ sent: 1 }]);
  });

  test("a delivery ends when all queues are empty", async () => {
    const done: string[] = [];
    const outbox = start(async ({ kind }) => void done.push(kind));
    const add = (kind: string, queue?: "listeners") =>
      db.transaction((tx) => outbox.enqueueJob(tx, { kind, to: "", data: {}, ...(queue ? { queue } : {}) }));
    outbox.onJob("first", { outside: () => add("second") });
    outbox.onJob("second", { outside: () => add("third", "listeners") });
    outbox.onJob("third", { outside: async () => void (await put(outbox)) });
    await add("first", "listeners");
    await outbox.deliver();
    expect(done).toEqual([mail.kind]);
  });

  test("a job is deleted with its account, whether it waits or was given up", async () => {
    const outbox = start();
    await db.run(
      "INSERT INTO users (id, email, email_key, status, created_at) VALUES ('anna', 'a', 'a', 'active', 0)",
    );
    for (const userId of ["anna", "anna", null])
      await db.transaction((tx) => outbox.enqueueJob(tx, { ...job, userId }));
    await db.run("UPDATE outbox SET failed_at = 1 WHERE id = (SELECT min(id) FROM outbox)");
    await db.run("DELETE FROM users");
    expect(await rows()).toMatchObject([{ failed: 0 }]);
  });
});

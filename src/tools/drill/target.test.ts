import { afterEach, describe, expect, test } from "vitest";
import { startFlawedSite } from "../../../tests/support/flawed-site.ts";
import { ownAddresses } from "./host-ownership.ts";
import { openTarget } from "./target.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describe("the host of a drill", () => {
  const url = new URL("http://staging.test/");
  const at =
    (...addresses: string[]) =>
    async () =>
      addresses.map((address) => ({ address }));

  test("a host may be attacked if all its addresses are on loopback", async () => {
    expect(await ownAddresses(url, false, at("::1", "127.0.0.1"))).toEqual(["127.0.0.1", "::1"]);
    expect(await ownAddresses(new URL("http://[::1]:3000"), false)).toEqual(["::1"]);
  });

  test("a host is refused if one of its addresses is elsewhere, unless the caller owns it", async () => {
    await expect(ownAddresses(url, false, at("127.0.0.1", "192.0.2.1"))).rejects.toThrow("--i-own-this-host");
    expect(await ownAddresses(url, true, at("192.0.2.1"))).toEqual(["192.0.2.1"]);
  });

  test("a host is refused without an address", async () => {
    await expect(ownAddresses(url, true, at())).rejects.toThrow("no address");
  });
});

test("a drill sends no request beyond the announced number", async () => {
  const site = await startFlawedSite();
  closers.push(site.close);
  const target = await openTarget({ url: new URL(site.url), addresses: ["127.0.0.1"], mostRequests: 4 });
  closers.push(target.close);
  const line = target.line();
  while (target.sent() < 4) await line.send("GET", "/healthz");
  await expect(line.send("GET", "/healthz")).rejects.toThrow("more than 4 requests");
});

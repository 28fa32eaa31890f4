import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressBucket, clientAddress } from "./client-address.ts";

describe("clientAddress", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["::FFFF:C000:0201", "192.0.2.1"],
    ["0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["::1", "::1"],
    [undefined, "unknown"],
    ["", "unknown"],
    ["/run/app.sock", "unknown"],
  ])("a socket's %s is %s", (socket, address) => {
    expect(clientAddress(socket, null, 0)).toBe(address);
  });

  test("[TH-08] without declared hops the header is ignored", () => {
    expect(clientAddress("192.0.2.1", "203.0.113.9", 0)).toBe("192.0.2.1");
    expect(clientAddress("192.0.2.1", "203.0.113.9", -1)).toBe("192.0.2.1");
    expect(clientAddress("192.0.2.1", "203.0.113.9", Number.NaN)).toBe("192.0.2.1");
  });

  test("[TH-08] with one hop only the last entry counts", () => {
    expect(clientAddress("10.0.0.1", "203.0.113.9", 1)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", "198.51.100.1,garbage,\t203.0.113.9 ", 1)).toBe("203.0.113.9");
    expect(clientAddress("10.0.0.1", "198.51.100.1, ::FFFF:203.0.113.9", 1)).toBe("203.0.113.9");
  });

  test("[TH-08] with two hops the last but one counts", () => {
    expect(clientAddress("10.0.0.1", "198.51.100.1, 203.0.113.9, 10.0.0.2", 2)).toBe("203.0.113.9");
  });

  test.each([
    ["fewer entries than hops", "203.0.113.9", 2],
    ["an invalid entry", "garbage", 1],
    ["an invalid entry on the way", "203.0.113.9, garbage", 2],
    ["an empty entry", "203.0.113.9,", 1],
    ["a leading comma", ",203.0.113.9", 2],
    ["an empty header", "", 1],
    ["leading zeros", "01.02.03.04", 1],
    ["three parts", "1.2.3", 1],
    ["a port", "203.0.113.9:80", 1],
    ["brackets", "[::1]", 1],
    ["a no-break space", "\u00a0203.0.113.9", 1],
    ["endless hops", "203.0.113.9", Number.POSITIVE_INFINITY],
  ])("[TH-08] the socket's address counts: %s", (_, header, hops) => {
    expect(clientAddress("10.0.0.1", header, hops)).toBe("10.0.0.1");
  });

  test("[TH-08] entries that the client writes to the left never matter", () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (forged, real) => {
        expect(clientAddress("10.0.0.1", `${forged},${real}`, 1)).toBe(real);
      }),
    );
  });

  test("any IPv6 spelling has one canonical form", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        const canonical = clientAddress(address, null, 0);
        expect(canonical).not.toBe("unknown");
        expect(clientAddress(address.toUpperCase(), null, 0)).toBe(canonical);
        expect(clientAddress(canonical, null, 0)).toBe(canonical);
      }),
    );
  });
});

describe("addressBucket", () => {
  test.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"],
    ["2001:db8:0:1::", "2001:db8:0:1::/64"],
    ["2001:DB8::5", "2001:db8::/64"],
    ["2001:db8:1:2:3::", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80::/64"],
    ["::1", "::/64"],
    ["::192.0.2.1", "::/64"],
    ["unknown", "unknown"],
    ["garbage", "unknown"],
  ])("%s counts as %s", (address, bucket) => {
    expect(addressBucket(address)).toBe(bucket);
  });

  test("addresses of one /64 share one bucket", () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((number) => number.toString(16));
    const four = fc.array(group, { minLength: 4, maxLength: 4 }).map((groups) => groups.join(":"));
    fc.assert(
      fc.property(four, four, four, (network, one, other) => {
        // Only the network of mapped IPv4 addresses isn't a /64.
        fc.pre(network !== "0:0:0:0");
        const bucket = addressBucket(`${network}:${one}`);
        expect(bucket).toMatch(/::\/64$/);
        expect(addressBucket(`${network}:${other}`)).toBe(bucket);
      }),
    );
  });
});

import { expect, test } from "vitest";
import { isLoopback } from "./loopback.ts";

test.each([
  "127.0.0.1",
  "127.9.8.7",
  "::1",
  "[::1]",
  "0:0:0:0:0:0:0:1",
  "localhost",
  "LOCALHOST",
  "app.localhost",
])("%s is loopback", (host) => expect(isLoopback(host)).toBe(true));

test.each([
  "128.0.0.1",
  "10.0.0.1",
  "0.0.0.0",
  "127.0.0.1.example.org",
  "::2",
  "[::2]",
  "[::ffff:7f00:1]",
  "localhost.example.org",
  "notlocalhost",
  ".localhost",
  "",
])('"%s" isn\'t loopback', (host) => expect(isLoopback(host)).toBe(false));

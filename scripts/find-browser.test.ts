import { describe, expect, it } from "vitest";
import { findBrowser } from "./find-browser.ts";

function find(path: string, platform: NodeJS.Platform, env: Record<string, string> = {}) {
  return findBrowser({ env, platform, exists: (candidate) => candidate === path });
}

describe("findBrowser", () => {
  it.each<[string, NodeJS.Platform, Record<string, string>]>([
    ["/usr/bin/chromium", "linux", {}],
    ["/usr/bin/google-chrome-stable", "linux", {}],
    ["/home/a/bin/chromium-browser", "linux", { PATH: "/bin:/home/a/bin" }],
    ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "darwin", {}],
    [
      "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
      "win32",
      { PROGRAMFILES: "C:\\Program Files" },
    ],
    ["/own/chrome", "linux", { CHROMIUM_PATH: "/own/chrome" }],
  ])("finds %s on %s", (path, platform, env) => {
    expect(find(path, platform, env)).toBe(path);
  });

  it("findBrowser returns undefined without a browser", () => {
    expect(find("/nowhere", "linux", { PATH: "/bin" })).toBeUndefined();
  });

  it("findBrowser refuses a stated path that doesn't exist, even if another browser does", () => {
    const env = { CHROMIUM_PATH: "/own/chrome" };
    expect(() => find("/usr/bin/chromium", "linux", env)).toThrow("CHROMIUM_PATH names /own/chrome");
  });
});

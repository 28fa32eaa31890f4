import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { findBrowser } from "../../../scripts/find-browser.ts";
import { type RunningApplication, startApplication } from "./application.ts";

/** The time for a page to show the expected state. Tests wait for a state, never for a time. */
const TIMEOUT_MS = 15_000;

const launchArguments = [
  "--headless=new",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface VisitorOptions {
  /** Default true. */
  javaScript?: boolean;
  /** CSS pixels. Default 1280. */
  width?: number;
  colorScheme?: "light" | "dark";
  /** The language of the browser. Default `en-US`. */
  language?: string;
  /** Fail the test on console errors, failed loads and requests to other origins (row HD-02). Default true. */
  watched?: boolean;
}

/** The options of a page. */
interface Running {
  origin: string;
  stop(): Promise<void>;
}

export interface Stage<Application extends Running = RunningApplication> {
  readonly application: Application;
  readonly origin: string;
  /** A page in a separate browser profile, closed after the test. Paths are enough for `goto`. */
  visitor(options?: VisitorOptions): Promise<Page>;
}

/** The application and one Chromium for a test file, with an empty profile for each visitor. */
export function stage(
  variables: Record<string, string> = {},
  options: { keepPagesForBack?: boolean } = {},
): Stage {
  return stageOf(() => startApplication(variables), options);
}

/** The same for another program. */
export function stageOf<Application extends Running>(
  start: () => Promise<Application>,
  { keepPagesForBack = false }: { keepPagesForBack?: boolean } = {},
): Stage<Application> {
  let application: Application;
  let browser: Browser;
  let contexts: BrowserContext[] = [];
  let problems: string[] = [];

  beforeAll(async () => {
    [application, browser] = await Promise.all([
      start(),
      chromium.launch({
        executablePath: findBrowser() ?? "/usr/bin/chromium",
        args: launchArguments,
        // Playwright switches off the back/forward cache, which real browsers have.
        ignoreDefaultArgs: keepPagesForBack ? ["--disable-back-forward-cache"] : [],
      }),
    ]);
  });
  afterEach(async () => {
    await Promise.all(contexts.map((context) => context.close()));
    contexts = [];
    const found = problems;
    problems = [];
    expect(found).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await application?.stop();
  });

  return {
    get application() {
      return application;
    },
    get origin() {
      return application.origin;
    },
    async visitor({
      javaScript = true,
      width = 1280,
      colorScheme = "light",
      language = "en-US",
      watched = true,
    } = {}) {
      const context = await browser.newContext({
        baseURL: application.origin,
        javaScriptEnabled: javaScript,
        viewport: { width, height: 800 },
        colorScheme,
        locale: language,
        reducedMotion: "reduce",
      });
      contexts.push(context);
      context.setDefaultTimeout(TIMEOUT_MS);
      if (watched) watch(context, application.origin, problems);
      return context.newPage();
    },
  };
}

/** Notes faults that no page may have: errors in the browser, failed loads, requests to foreign origins. */
function watch(context: BrowserContext, origin: string, problems: string[]): void {
  const isPage = (request: Request) => request.isNavigationRequest();
  context.on("request", (request) => {
    const { protocol, origin: other } = new URL(request.url());
    if (protocol.startsWith("http") && other !== origin) problems.push(`request to ${request.url()}`);
  });
  context.on("response", (response) => {
    // A page may answer 403 or 422. Its resources may not.
    if (response.status() >= 400 && !isPage(response.request())) {
      problems.push(`${response.status()} for ${response.url()}`);
    }
  });
  context.on("console", (message) => {
    const statusOfPage = message.text().startsWith("Failed to load resource: the server responded with");
    if (["error", "warning"].includes(message.type()) && !statusOfPage) problems.push(message.text());
  });
  context.on("weberror", (error) => problems.push(String(error.error())));
}

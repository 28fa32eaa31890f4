import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["latchkey-source"] },
  ssr: { resolve: { conditions: ["latchkey-source"], externalConditions: ["latchkey-source"] } },
  test: {
    pool: "forks",
    maxWorkers: Math.max(2, availableParallelism() - 1),
    execArgv: ["--conditions=latchkey-source", "--disable-warning=ExperimentalWarning"],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "server",
          include: ["{src,app,tests,scripts,examples}/**/*.test.{ts,tsx}"],
          exclude: ["tests/browser/**", "**/node_modules/**"],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          // Each file has its own application and browser.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

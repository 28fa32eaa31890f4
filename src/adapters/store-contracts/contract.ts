/** Registers one test, as `test` of `node:test`, Vitest and Jest do. */
export type RegisterTest = (title: string, run: () => Promise<void>) => unknown;

/** What a contract needs from a test runner. */
export interface ContractRunner {
  test: RegisterTest;
}

/** A test that opens a resource and always closes it. */
export function testsOf<Opened>(
  { test }: ContractRunner,
  open: () => Opened | Promise<Opened>,
  close: (opened: Opened) => Promise<void>,
): (title: string, run: (opened: Opened) => Promise<void>) => void {
  return (title, run) => {
    test(title, async () => {
      const opened = await open();
      try {
        await run(opened);
      } finally {
        await close(opened);
      }
    });
  };
}

/** The refusal of a store that can't serve. */
export const unavailable = { code: "unavailable" };

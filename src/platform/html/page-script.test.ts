import { createContext, runInContext } from "node:vm";
import { expect, test } from "vitest";
import { script } from "./static-files.ts";

/** The script in a page without fields. `submit` sends a form, and returns whether it goes out. */
function page() {
  const listeners = new Map<string, (event: object) => void>();
  let now = 1_000_000;
  const context = createContext({
    document: { querySelectorAll: () => [] },
    addEventListener: (name: string, listener: (event: object) => void) => listeners.set(name, listener),
    Date: { now: () => now },
  });
  runInContext(script, context);
  return {
    later: (milliseconds: number) => {
      now += milliseconds;
    },
    submit(form: object, defaultPrevented = false): boolean {
      const event = {
        target: form,
        defaultPrevented,
        preventDefault() {
          this.defaultPrevented = true;
        },
      };
      listeners.get("submit")?.(event);
      return !event.defaultPrevented;
    },
  };
}

test("a double click sends a form once, and another form of the page still goes out", () => {
  const { submit, later } = page();
  const [form, other] = [{}, {}];
  expect(submit(form)).toBe(true);
  later(150);
  expect([submit(form), submit(other), submit(form)]).toEqual([false, true, false]);
});

test("a form whose answer was lost can be sent again after five seconds", () => {
  const { submit, later } = page();
  const form = {};
  expect(submit(form)).toBe(true);
  later(4999);
  expect(submit(form)).toBe(false);
  later(1);
  expect(submit(form)).toBe(true);
});

test("a form that another listener held back counts as not sent", () => {
  const { submit } = page();
  const form = {};
  expect([submit(form, true), submit(form)]).toEqual([false, true]);
});

import { createTestAuth } from "latchkey/testing";
import { expect, test } from "vitest";

async function pageOf(path: string, basePath = ""): Promise<{ status: number; text: string }> {
  const { auth, close } = createTestAuth({ basePath });
  const answer = (await auth.handle(new Request(`http://localhost:3000${basePath}${path}`)))!;
  const text = await answer.text();
  await close();
  return { status: answer.status, text };
}

test.each(["", "/auth"])(
  "the page about a dead link leads to a new one, below the prefix %j",
  async (basePath) => {
    const { status, text } = await pageOf("/confirm-email?token=dead", basePath);
    expect(status).toBe(410);
    expect(text).toContain(`<a href="${basePath}/confirm-email">Get a new link</a>`);

    const asked = await pageOf("/confirm-email", basePath);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain(`action="${basePath}/confirm-email/resend"`);
  },
);

test("a dead link for choosing a password leads to the form for another", async () => {
  const { status, text } = await pageOf("/reset-password?token=dead");
  expect(status).toBe(410);
  expect(text).toContain('<a href="/forgot-password">Get a new link</a>');
});

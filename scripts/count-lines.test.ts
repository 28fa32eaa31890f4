import { expect, it } from "vitest";
import { countLines, renderLineCounts } from "./count-lines.ts";
import { madeUpTree } from "./made-up-tree.ts";

const two = "const a = 1;\nexport { a };\n";

it("countLines counts lines by room, by floor and in total, without tests and generated files", () => {
  const counts = countLines(
    madeUpTree({
      "src/auth.ts": two,
      "src/core/core.ts": two,
      "src/core/users/index.ts": two,
      "src/core/users/deep/query.ts": "export {};",
      "src/core/users/users.test.ts": two,
      "src/core/users/list.generated.ts": two,
      "src/core/users/users.css": "a {}\n",
      "app/posts/post.ts": two,
      "tests/a.ts": two,
    }),
  );
  expect(counts.rooms.map(({ name, files, lines }) => `${name} ${files} ${lines}`)).toEqual([
    "app 1 2",
    "src/*.ts 1 2",
    "src/core/*.ts 1 2",
    "src/core/users 2 3",
  ]);
  expect(counts.floors.map(({ name, lines }) => `${name} ${lines}`)).toEqual([
    "app 2",
    "src/*.ts 2",
    "src/core 5",
  ]);
  expect(counts.all).toEqual({ name: "all", files: 5, lines: 9 });
  expect(counts.styleSheets).toMatchObject({ files: 1, lines: 1 });
  expect(renderLineCounts(counts)).toMatch(/^src\/core\/users +2 +3$/m);
});

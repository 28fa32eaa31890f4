import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

const pages = globSync(["*.md", "docs/*.md"]);
const read = (page: string) => readFileSync(page, "utf8");

/** A heading's anchor, as GitHub makes it. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");

/** The page without its code: `#` and brackets of code aren't headings or links. */
const prose = (page: string) => read(page).replace(/^ *```[\s\S]*?^ *```/gm, "");

const anchorsOf = (page: string) =>
  [...prose(page).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));

test.each(pages)("every link of %s leads to an existing file and heading", (page) => {
  const links = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
  const broken = links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = "", anchor] = link.split("#", 2);
    const target = path === "" ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test("the README links to every page of the docs", () => {
  const readme = read("README.md");
  expect(globSync("docs/*.md").filter((page) => !readme.includes(`(${page})`))).toEqual([]);
});

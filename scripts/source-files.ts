import { globSync } from "node:fs";
import { sep } from "node:path";

const NOT_PRODUCTION = /\.test(?:-d)?\.tsx?$|\.generated\.tsx?$/;

/**
 * The .ts and .tsx files below some folders of a project, without tests, in order.
 * @param folders a folder or a pattern such as `{src,app}`, relative to `root`
 */
export function sourceFiles(root: string, folders: string): string[] {
  return globSync(`${folders}/**/*.{ts,tsx}`, { cwd: root })
    .map((file) => file.split(sep).join("/"))
    .filter((file) => !NOT_PRODUCTION.test(file))
    .sort();
}

/** The feature of a file, such as `mail-login`; undefined for files outside `src/features/NAME/`. */
export function featureOf(file: string): string | undefined {
  return /^src\/features\/([^/]+)\//.exec(file)?.[1];
}

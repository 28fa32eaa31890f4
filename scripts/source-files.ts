import { globSync } from "node:fs";
import { sep } from "node:path";

const NOT_PRODUCTION = /\.test(?:-d)?\.tsx?$|\.generated\.tsx?$/;

/** The files or folders of a project that match a pattern, with slashes, in order. */
export function globFiles(root: string, pattern: string): string[] {
  return globSync(pattern, { cwd: root })
    .map((file) => file.split(sep).join("/"))
    .sort();
}

/**
 * The .ts and .tsx files below some folders of a project, without tests, in order.
 * @param folders a folder or a pattern such as `{src,app}`, relative to `root`
 */
export function sourceFiles(root: string, folders: string): string[] {
  return globFiles(root, `${folders}/**/*.{ts,tsx}`).filter((file) => !NOT_PRODUCTION.test(file));
}

/** The feature of a file, such as `mail-login`; undefined for files outside `src/features/NAME/`. */
export function featureOf(file: string): string | undefined {
  return /^src\/features\/([^/]+)\//.exec(file)?.[1];
}

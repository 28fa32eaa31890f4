import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const COMMANDS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The system that is searched; tests replace it. */
export interface BrowserSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly exists: (path: string) => boolean;
}

/**
 * Finds Chromium or Chrome: `CHROMIUM_PATH`, then the usual places of the system, then `PATH`.
 * @returns the program's path, or undefined without a browser
 * @throws Error if `CHROMIUM_PATH` names a missing file
 */
export function findBrowser(surroundings: Partial<BrowserSurroundings> = {}): string | undefined {
  const { env = process.env, platform = process.platform, exists = existsSync } = surroundings;
  const stated = env.CHROMIUM_PATH;
  if (stated) {
    if (exists(stated)) return stated;
    throw new Error(`CHROMIUM_PATH names ${stated}, which does not exist: correct it or unset it.`);
  }
  return [...usualPlaces(env, platform), ...onPath(env, platform)].find((path) => exists(path));
}

function usualPlaces(env: BrowserSurroundings["env"], platform: NodeJS.Platform): string[] {
  if (platform === "darwin") {
    const programs = ["Chromium", "Google Chrome"].map(
      (name) => `Applications/${name}.app/Contents/MacOS/${name}`,
    );
    return ["/", `${env.HOME ?? ""}/`].flatMap((folder) => programs.map((program) => folder + program));
  }
  if (platform === "win32") {
    const folders = [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].filter((folder) => folder);
    const programs = ["Google\\Chrome\\Application\\chrome.exe", "Chromium\\Application\\chrome.exe"];
    return folders.flatMap((folder) => programs.map((program) => `${folder}\\${program}`));
  }
  return [
    ...COMMANDS.map((command) => `/usr/bin/${command}`),
    "/snap/bin/chromium",
    "/opt/google/chrome/chrome",
  ];
}

function onPath(env: BrowserSurroundings["env"], platform: NodeJS.Platform): string[] {
  if (platform === "win32") return [];
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
}

import { hash } from "node:crypto";
import { icon } from "./icon.ts";
import { script, themeCss, touchIcon } from "./static-files.ts";

/** The files a page loads: its style sheet, its script, its icon, and the icon for home screens. */
export type AssetKind = "style" | "script" | "icon" | "touchIcon";

interface Source {
  extension: string;
  contentType: string;
  body: Uint8Array;
}

const sources: Record<AssetKind, Source> = {
  style: { extension: "css", contentType: "text/css; charset=utf-8", body: Buffer.from(themeCss) },
  script: { extension: "js", contentType: "text/javascript; charset=utf-8", body: Buffer.from(script) },
  icon: { extension: "svg", contentType: "image/svg+xml; charset=utf-8", body: Buffer.from(icon) },
  touchIcon: { extension: "png", contentType: "image/png", body: Buffer.from(touchIcon, "base64") },
};

/**
 * The path of an asset below the mount point of the pages, such as "/assets/latchkey-0a1b2c3d4e.css". It changes with
 * the content, so caches may keep the answer forever.
 */
export function assetUrl(kind: AssetKind): string {
  return urls[kind];
}

const urls: Record<AssetKind, string> = {
  style: hashedPath(sources.style),
  script: hashedPath(sources.script),
  icon: hashedPath(sources.icon),
  touchIcon: hashedPath(sources.touchIcon),
};

/** All assets by path. */
export const assets: ReadonlyMap<string, { contentType: string; body: Uint8Array }> = new Map(
  (["style", "script", "icon", "touchIcon"] as const).map((kind) => {
    const { contentType, body } = sources[kind];
    return [urls[kind], { contentType, body }];
  }),
);

function hashedPath(source: Source): string {
  return `/assets/latchkey-${hash("sha256", source.body).slice(0, 10)}.${source.extension}`;
}

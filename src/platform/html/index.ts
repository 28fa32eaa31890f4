export * from "./assets.ts";
export * from "./components.ts";
export * from "./forms.ts";
export { keyMark } from "./glyphs.ts";
export * from "./html.ts";
export * from "./layout.ts";
export * from "./safe-href.ts";
export * from "./time-element.ts";

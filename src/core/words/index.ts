export type { Messages } from "../../platform/html/index.ts";

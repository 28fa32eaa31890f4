export type { AccountExport } from "./export-account.ts";
export { accountData } from "./feature.ts";
export { keepAccount } from "./keep-account.ts";

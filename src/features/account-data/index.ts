export type { AccountExport } from "./account-export.ts";
export type { AccountDownload } from "./download.ts";
export { accountData } from "./feature.ts";
export { keepAccount } from "./keep-account.ts";

export { eraseDueAccounts } from "./erase-accounts.ts";
export { type AccountExport, exportAccount } from "./export-account.ts";
export { requestDeletion } from "./request-deletion.ts";
export { accountDataRoutes } from "./routes.ts";

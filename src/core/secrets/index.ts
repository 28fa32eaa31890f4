export { browserOf, browserOfSession } from "./browser-binding.ts";
export { codeTries, createMailedCode, findTyped, liveCodes, type MailedCode } from "./mailed-code.ts";
export { countLinkPassword, inspectLink, type MailedLink, useLink } from "./mailed-link.ts";
export {
  consumeOneTimeToken,
  createOneTimeToken,
  killTokens,
  peekOneTimeToken,
  type SecretDeclaration,
  type TokenPurpose,
  type TokenSubject,
} from "./one-time-tokens.ts";
export {
  consumeToken,
  deleteExpiredTokens,
  killTokensOfPurpose,
  newestTokenOfUser,
  type TokenRow,
} from "./queries.ts";

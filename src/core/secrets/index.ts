export { countLinkPassword, inspectLink, type MailedLink, useLink } from "./mailed-link.ts";
export {
  consumeOneTimeToken,
  createOneTimeToken,
  peekOneTimeToken,
} from "./one-time-tokens.ts";
export {
  consumeToken,
  deleteExpiredTokens,
  findLiveUndo,
  isLiveAt,
  killTokensOfPurpose,
  killTokensOfUser,
  killUndoTokens,
  newestTokenOfUser,
  type TokenRow,
} from "./queries.ts";
export { undoLink } from "./undo-link.ts";

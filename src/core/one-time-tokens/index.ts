export {
  consumeOneTimeToken,
  createOneTimeToken,
  peekOneTimeToken,
} from "./one-time-tokens.ts";
export {
  deleteTokensOver,
  killTokensOfPurpose,
  killTokensOfUser,
  killUndoTokens,
  type TokenRow,
} from "./queries.ts";
export { type NoticeRecipient, undoLink } from "./undo-link.ts";

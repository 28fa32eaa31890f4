export {
  consumeOneTimeToken,
  createOneTimeToken,
  peekOneTimeToken,
} from "./one-time-tokens.ts";
export {
  deleteTokensOver,
  findLiveUndo,
  killTokensOfPurpose,
  killTokensOfUser,
  killUndoTokens,
  newestTokenOfUser,
  type TokenRow,
} from "./queries.ts";
export { undoLink } from "./undo-link.ts";

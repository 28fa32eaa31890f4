export {
  consumeOneTimeToken,
  createOneTimeToken,
  peekOneTimeToken,
} from "./one-time-tokens.ts";
export {
  deleteTokensOver,
  killTokensOfPurpose,
  killTokensOfUser,
  type TokenRow,
} from "./queries.ts";

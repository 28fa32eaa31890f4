export {
  consumeOneTimeToken,
  createOneTimeToken,
  peekOneTimeToken,
  type TokenPurpose,
} from "./one-time-tokens.ts";
export {
  deleteTokensOver,
  killTokensOfEmail,
  killTokensOfPurpose,
  killTokensOfUser,
  type TokenRow,
} from "./queries.ts";

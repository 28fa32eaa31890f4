export { deleteExpiredKeptAnswers, findKeptAnswer, insertKeptAnswer } from "./queries.ts";

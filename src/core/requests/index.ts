export { AuthState } from "./auth-state.ts";
export { checkAccess } from "./check-access.ts";
export { checkCsrfToken, checkRequestOrigin, isUnsafe } from "./csrf.ts";
export type { Flash, FlashCategory } from "./data-cookie.ts";
export { guardWords, inputFields, pathNames, refusalCodes, successes } from "./declared.ts";
export { dispatch, matchOf } from "./dispatch.ts";
export { createFloodAnswers, type PlainAnswer } from "./flood.ts";
export {
  codeField,
  emailField,
  type FieldMaker,
  type FormField,
  type FormPageOptions,
  formPage,
  newPasswordField,
  rememberField,
  sentToken,
  withNext,
} from "./form-page.ts";
export { bodyRefusal, fromWebRequest, type IncomingRequest, splitTarget } from "./incoming-request.ts";
export {
  checkbox,
  checkInput,
  cursorField,
  fieldName,
  line,
  nextField,
  optionalLine,
  optionalTypedName,
  passwordField,
  typedName,
} from "./input.ts";
export { mailRequestRoute } from "./mail-request-route.ts";
export { type MailSentPageOptions, mailSentPage } from "./mail-sent-page.ts";
export { notes } from "./notes.ts";
export { recordRefusal, toRefusal } from "./refusals.ts";
export type { RequestAuth, SignedInAuth } from "./request-auth.ts";
export { asksForJson, errorResponse, pageResponse } from "./respond.ts";
export {
  type AnswerShape,
  askAgain,
  blank,
  type FormModel,
  leadOnIfSignedIn,
  type OperationRoute,
  operationRoute,
  type Page,
  type Reply,
  type Route,
  type RouteContext,
  route,
  type Success,
  sendTo,
  showEntry,
  showPage,
} from "./route.ts";
export { createRouter } from "./router.ts";
export { createSentForms } from "./sent-twice.ts";
export { fieldSentence } from "./sentences.ts";
export type { SessionData } from "./session-data.ts";

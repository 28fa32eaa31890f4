export { hashChoice, setChosenPassword } from "./choose-password.ts";
export { type PasswordChoiceInput, passwordReset } from "./feature.ts";
export { choiceFormPage } from "./pages.ts";
export { issuePasswordLink } from "./password-link.ts";

export { hashChoice, setChosenPassword } from "./choose-password.ts";
export { type PasswordChoiceInput, passwordReset } from "./feature.ts";

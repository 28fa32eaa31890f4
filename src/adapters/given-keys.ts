/** The variable that holds the secret keys, and its keys. Undefined if neither `SECRET_KEYS` nor `SECRET_KEY` is set. */
export function givenKeys(
  variables: Readonly<Record<string, string | undefined>>,
): { name: string; keys: string[] } | undefined {
  const name = variables.SECRET_KEYS?.trim() ? "SECRET_KEYS" : "SECRET_KEY";
  const value = variables[name]?.trim();
  if (!value) return undefined;
  const keys = value
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "");
  return { name, keys };
}

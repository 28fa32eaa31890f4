import type { Core } from "../core.ts";
import type { NavigationItem } from "../settings.ts";
import type { Messages } from "../words/index.ts";

/** The links of the header: the configured ones, or the ways in. */
export function navigationOf({ settings, features }: Core, messages: Messages): readonly NavigationItem[] {
  const { pages, basePath } = settings;
  if (pages.navigation !== undefined) return pages.navigation;
  const login: NavigationItem = { label: messages.common.login, href: `${basePath}/login`, to: "signed-out" };
  return [
    login,
    ...features.navigationLinks.map(({ label, path, to }) => ({
      label: label(messages),
      href: basePath + path,
      to,
    })),
  ];
}

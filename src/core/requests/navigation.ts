import type { NavigationItem, Settings } from "../settings.ts";
import type { Messages } from "../words/index.ts";

/** The links of the header: the configured ones, or the ways in. */
export function navigationOf(
  { pages, basePath, registration }: Settings,
  { common }: Messages,
): readonly NavigationItem[] {
  if (pages.navigation !== undefined) return pages.navigation;
  const login: NavigationItem = { label: common.login, href: `${basePath}/login`, to: "signed-out" };
  if (registration !== "open" && registration !== "confirm-first") return [login];
  return [login, { label: common.register, href: `${basePath}/register`, to: "signed-out" }];
}

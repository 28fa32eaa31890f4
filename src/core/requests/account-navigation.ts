import type { SideNavigation } from "../../platform/html/index.ts";
import type { Core } from "../core.ts";
import type { Messages } from "../words/index.ts";

/**
 * The navigation of the account centre, for its pages and for those that a feature links there. Undefined for every
 * other path.
 */
export function accountNavigation(
  { settings, features }: Core,
  messages: Messages,
  path: string,
): SideNavigation | undefined {
  const centre = `${settings.basePath}/account`;
  const { account, accountOverview } = messages.common;
  const links = [
    { label: accountOverview, href: centre },
    ...features.accountLinks.map((link) => ({
      label: link.label(messages),
      href: settings.basePath + link.path,
    })),
  ];
  if (!path.startsWith(`${centre}/`) && !links.some(({ href }) => href === path)) return undefined;
  return { label: account, links: links.map((link) => ({ ...link, current: link.href === path })) };
}

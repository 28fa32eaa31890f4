import type { NavigationItem, RegistrationMode } from "latchkey";

/** Whether visitors may create accounts. */
export function mayRegister(registration: RegistrationMode = "confirm-first"): boolean {
  return registration === "open" || registration === "confirm-first";
}

/** The links of the header. The name and the logout come from the library's layout. */
export function navigation(registration?: RegistrationMode): NavigationItem[] {
  return [
    { label: "Posts", href: "/posts" },
    { label: "Dashboard", href: "/dashboard", to: "signed-in" },
    { label: "New post", href: "/posts/new", to: "signed-in" },
    { label: "Users", href: "/admin/users", role: "admin" },
    { label: "Log in", href: "/login", to: "signed-out" },
    ...(mayRegister(registration)
      ? [{ label: "Create account", href: "/register", to: "signed-out" } as const]
      : []),
  ];
}

import type { NavigationItem, RegistrationMode } from "latchkey";

/** The links of the header. The name and the logout come from the library's layout. */
export function navigation(registration: RegistrationMode = "confirm-first"): NavigationItem[] {
  const mayRegister = registration === "open" || registration === "confirm-first";
  return [
    { label: "Posts", href: "/posts" },
    { label: "Dashboard", href: "/dashboard", to: "signed-in" },
    { label: "New post", href: "/posts/new", to: "signed-in" },
    { label: "Users", href: "/admin/users", role: "admin" },
    { label: "Log in", href: "/login", to: "signed-out" },
    ...(mayRegister ? [{ label: "Create account", href: "/register", to: "signed-out" } as const] : []),
  ];
}

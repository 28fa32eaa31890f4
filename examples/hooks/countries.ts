import { type AuthOptions, createAuth, type HookRequest } from "latchkey";

/** Returns the country of a network address, such as `NO`; null if it isn't known. */
type Countries = (address: string) => Promise<string | null>;

/** Visitors from these countries can neither register nor sign in. */
export function openAuth(
  place: Pick<AuthOptions, "origin" | "database">,
  countryOf: Countries,
  blocked: ReadonlySet<string>,
) {
  async function refuseBlocked(request: HookRequest) {
    const country = await countryOf(request.address);
    if (country !== null && blocked.has(country)) return { refuse: "We don't serve your country yet." };
    return undefined;
  }
  return createAuth({
    ...place,
    before: {
      register: (_typed, request) => refuseBlocked(request),
      signIn: (_proven, request) => refuseBlocked(request),
    },
  });
}

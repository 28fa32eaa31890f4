declare global {
  namespace Latchkey {
    /**
     * Why sessions end. A reason that ends all of an account names what else ends (`EndsToo`). A reason that ends a
     * single session is null. A feature adds its own in its declaration.
     */
    interface EndReasons {}
  }
}

/** What a change of an account's credentials or rights ends besides its sessions. */
export interface EndsToo {
  readonly devices: boolean;
  /** Its single-use secrets, except those that outlive every change. */
  readonly tokens: boolean;
}

/** Why a session ended. The row keeps it for the login page. */
export type EndReason = keyof Latchkey.EndReasons & string;

/** A change of an account's credentials or rights. */
export type CredentialChange = {
  [Reason in EndReason]: Latchkey.EndReasons[Reason] extends EndsToo ? Reason : never;
}[EndReason];

/** What each change ends, as a feature declares it. The types say the same, so the compiler finds a forgotten one. */
export type EndReasonTable = { readonly [Reason in CredentialChange]?: Latchkey.EndReasons[Reason] };

declare global {
  namespace Latchkey {
    /**
     * Why sessions end. A reason that ends all of an account names what ends with them (`EndsToo`); one that ends a
     * single session is null. A feature adds its own where it declares itself.
     */
    interface EndReasons {}
  }
}

/** What a change of an account's credentials or rights ends besides its sessions. */
export interface EndsToo {
  readonly devices: boolean;
  /** Its single-use secrets, apart from those that outlive everything. */
  readonly tokens: boolean;
}

/** Why a session ended. Kept with the row, so that the login page can say it. */
export type EndReason = keyof Latchkey.EndReasons & string;

/** What changed about an account's credentials or rights. */
export type CredentialChange = {
  [Reason in EndReason]: Latchkey.EndReasons[Reason] extends EndsToo ? Reason : never;
}[EndReason];

/** What each change ends, as a feature declares it. The types say the same, so that neither can be forgotten. */
export type EndReasonTable = { readonly [Reason in CredentialChange]?: Latchkey.EndReasons[Reason] };

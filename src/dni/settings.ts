/** What the server puts around the built script (src/http/dni/script-asset.ts). Names are short: every visitor loads them. */
export interface Settings {
  /** Project. */
  readonly p: string;
  /** Numbers on the pages, each with its country calling code. */
  readonly n: readonly (readonly [e164: string, callingCode: string])[];
  /** Origins of the project's sites, for links between them. */
  readonly s: readonly string[];
  /** Domain of the cookie; absent: the widest that works. */
  readonly d?: string;
  /** Consent is needed first. */
  readonly c?: 1;
}

declare const DIALTRACE: Settings;
export const settings = DIALTRACE;

/** Where the script came from is where it reports to; a proxy of the site's own may stand between. */
export const home = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href)
  .origin;

/**
 * How TikTok's business API says no, and what follows from it. The HTTP status is 200 nearly always: the code in the
 * envelope decides. Codes that are only reported by others come from the settings (`tiktok.codes`), not from this table.
 */

export const REFUSAL_KINDS = [
  're-authorise',
  'insufficient-access',
  'misconfigured',
  'code-used',
  'invalid-request',
  'rate-limited',
  'unavailable',
  'unreadable',
] as const;
export type RefusalKind = (typeof REFUSAL_KINDS)[number];

export interface Refusal {
  readonly kind: RefusalKind;
  /** Absent when no envelope came. */
  readonly code?: number;
  readonly message: string;
  /** TikTok's own, for its support. */
  readonly requestId?: string;
}

/** Vendor doc 1737172488964097, as far as two readers agree; 40101, 40107 and 40110 by one. */
const CODES: Readonly<Record<number, RefusalKind>> = {
  40001: 'insufficient-access',
  40002: 'invalid-request',
  40100: 'rate-limited',
  40101: 'misconfigured',
  40102: 're-authorise',
  40104: 're-authorise',
  40105: 're-authorise',
  40107: 're-authorise',
  40110: 'code-used',
};

export interface ReportedCodes {
  /** Throttling and faults of the server: worth another try. */
  readonly retry: readonly number[];
  readonly reauthorise: readonly number[];
}

export function refusalKindOf(code: number, reported: ReportedCodes): RefusalKind {
  const known = CODES[code];
  if (known !== undefined) return known;
  if (reported.reauthorise.includes(code)) return 're-authorise';
  return reported.retry.includes(code) ? 'unavailable' : 'invalid-request';
}

/** The request was not carried out, and the same one may be carried out later. */
export function isPassing({ kind }: Refusal): boolean {
  return kind === 'rate-limited' || kind === 'unavailable';
}

/** One sentence for people: ours first, TikTok's words after it. */
export function refusalText({ kind, code, message }: Refusal): string {
  const said = code === undefined ? message : `TikTok said: ${message} (${code})`;
  return `${OUR_WORDS[kind]} ${said}`.trim();
}

const OUR_WORDS: Readonly<Record<RefusalKind, string>> = {
  're-authorise': 'The access was revoked or has expired.',
  'insufficient-access': 'The authorised user may not do that for this account.',
  misconfigured: 'The app id and its secret do not match.',
  'code-used': 'The authorisation code was used before or has expired.',
  'invalid-request': 'TikTok refused the request.',
  'rate-limited': 'TikTok takes no more requests for the moment.',
  unavailable: 'TikTok cannot answer now.',
  unreadable: 'The answer is none of the API: check tiktok.apiUrl.',
};

/** What an admin wrote under `gate:`: who may make our operators call a stranger's phone, and how often. Pure values. */

/** What becomes of a lead that a rule strikes: refused for good, or held for a person. */
export type Verdict = 'block' | 'quarantine';

export interface Budget {
  readonly most: number;
  readonly withinSeconds: number;
  readonly then: Verdict;
}

export const COUNTED_BY = ['phone', 'address', 'network', 'form', 'connection', 'everything'] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

/** Kinds of numbers that cost the caller, or that nobody answers as a person. libphonenumber's types, in our spelling. */
export const PHONE_KINDS = [
  'premium-rate',
  'shared-cost',
  'uan',
  'personal-number',
  'pager',
  'voicemail',
  'toll-free',
  'voip',
  'mobile',
  'fixed-line',
  'fixed-line-or-mobile',
] as const;
export type PhoneKind = (typeof PHONE_KINDS)[number];

export interface GateRules {
  readonly budgets: Readonly<Record<CountedBy, readonly Budget[]>>;
  /** The same phone or address on this many different forms. */
  readonly burst: { readonly forms: number; readonly withinSeconds: number; readonly then: Verdict };
  /** A form sent sooner than this after it was opened; 0 asks nothing. */
  readonly fill: { readonly leastSeconds: number; readonly then: Verdict };
  /** Fields of forms that people do not see. */
  readonly honeypots: { readonly fields: readonly string[]; readonly then: Verdict };
  /** Countries that every group may call, beside its own. */
  readonly countries: readonly string[];
  readonly deniedKinds: readonly PhoneKind[];
  /** Prefix lengths that make a network of addresses. */
  readonly networkBits: { readonly v4: number; readonly v6: number };
  /** A lead that nobody looked at for so long is blocked. */
  readonly quarantineSeconds: number;
}

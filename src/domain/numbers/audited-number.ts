/** What an audit found of one own number: it was called from outside and came back, or not. Pure; app/numbers audits. */
import type { E164, Instant } from '../values/ids.js';

/**
 * `mis-routed`: the call came, but as another number. `dead`: it never came. `not-tried`: the trunk of the audit could not
 * place the call, which says nothing of the number.
 */
export const AUDIT_RESULTS = ['arrived', 'mis-routed', 'dead', 'not-tried'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

export interface AuditedNumber {
  readonly number: E164;
  readonly at: Instant;
  /** That placed the call. */
  readonly trunk: string;
  readonly result: AuditResult;
  /** The DID and trunk that it came as. */
  readonly arrivedAs?: string;
  readonly arrivedOn?: string;
  /** Dialplan that takes calls of this number. */
  readonly plan?: string;
  /** How the carrier ended a call that never came. */
  readonly sipStatus?: number;
}

export function isFlagged(result: AuditResult | undefined): boolean {
  return result === 'mis-routed' || result === 'dead';
}

/** Who watches is told of changes only, not every night. */
export function auditNews(
  before: AuditResult | undefined,
  now: AuditResult,
): 'number.flagged' | 'number.cleared' | undefined {
  if (isFlagged(now)) return before === now ? undefined : 'number.flagged';
  return now === 'arrived' && isFlagged(before) ? 'number.cleared' : undefined;
}

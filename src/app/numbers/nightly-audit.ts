/** The audit of every number in use, one call after the other, by the settings `audit`. Begun by the schedule each night. */
import type { TrackedNumber } from '../../domain/numbers/tracked-number.js';
import { isFlagged } from '../../domain/numbers/audited-number.js';
import { callingStopped } from '../calls/orders/stop-calling.js';
import type { AppContext } from '../context.js';
import { auditNumber, auditTerms } from './audit-numbers.js';

const LEASE = 'audit-numbers';
/** Longer than any night: a process that dies in it must not stop the next one for ever. */
const LEASE_MS = 8 * 3_600_000;

export interface AuditTotals {
  readonly audited: number;
  readonly flagged: number;
}

/** `held`: another process does it. `off`: it is not set, or no calls are made now. */
export async function auditOwnNumbers(context: AppContext): Promise<AuditTotals | 'held' | 'off'> {
  const { store, clock, logger } = context.ports;
  const { owner, numberAudit } = context.config;
  if (numberAudit === undefined || (await callingStopped(context)) === 'stopped') return 'off';
  const now = clock.now();
  if ((await store.leases.take(LEASE, owner, now + LEASE_MS, now)) === 'held') return 'held';
  try {
    const totals = await auditAll(context, await store.numbers.list());
    logger.info({ ...totals }, 'own numbers were audited');
    return totals;
  } finally {
    await store.leases.release(LEASE, owner);
  }
}

/** Ends early when the program does. */
async function auditAll(context: AppContext, numbers: readonly TrackedNumber[]): Promise<AuditTotals> {
  let totals: AuditTotals = { audited: 0, flagged: 0 };
  for (const { number, state } of numbers) {
    if (context.calls.isDraining) return totals;
    if (state === 'disabled') continue;
    const { result } = await auditNumber(context, await auditTerms(context, { number }));
    totals = { audited: totals.audited + 1, flagged: totals.flagged + (isFlagged(result) ? 1 : 0) };
  }
  return totals;
}

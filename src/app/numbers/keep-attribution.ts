/** Stores what a call was attributed to, in the transaction that opens the call, and keeps the number with its caller. */
import type { Attribution } from '../../domain/attribution/attribution.js';
import { boundTimes } from '../../domain/numbers/lease.js';
import type { AppContext } from '../context.js';
import type { Unit } from '../events/commit.js';

export async function keepAttribution(
  context: AppContext,
  { tx }: Unit,
  attribution: Attribution,
): Promise<void> {
  await tx.attributions.add(attribution);
  context.ports.metrics.count('dialtrace_calls_attributed_total', {
    project: attribution.project,
    outcome: attribution.outcome,
  });
  const pool = context.set().telephony.pools[attribution.pool ?? ''];
  if (pool === undefined || attribution.sessionId === undefined) return;
  const held = (await tx.numberLeases.ofSession(attribution.sessionId)).find(
    ({ number }) => number === attribution.number,
  );
  if (held === undefined) return;
  await tx.numberLeases.seen(held, { times: boundTimes(pool, attribution.at), at: held.seenAt });
}

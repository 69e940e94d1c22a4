/** Part `store`: the store beside hand-written SQL on the same library. */
import { openIds } from '../../main/services.js';
import { benchStore } from '../../store/bench-store.js';
import { systemClock } from '../../telemetry/clock.js';
import { figure, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';

const LEASES_PER_SECOND = 10_000;

export async function storeRate({ say }: BenchOptions): Promise<Figures> {
  say('store: beside hand-written SQL');
  const { inserts, transactions, claims, leases } = await benchStore({ clock: systemClock, ids: openIds() });
  const rate = ({ perSecond, plainPerSecond }: typeof inserts) =>
    ({ value: perSecond, unit: '/s', beside: { what: 'hand-written SQL', value: plainPerSecond } }) as const;
  return {
    events_appended: figure(rate(inserts)),
    lead_transactions: figure(rate(transactions)),
    jobs_claimed_and_completed: figure(rate(claims)),
    leases_taken: figure({ ...rate(leases), budget: { limit: LEASES_PER_SECOND, bound: 'at least' } }),
  };
}

/** Part `numbers`: how fast tracked numbers are leased, and whether a large store slows it down. */
import { openIds } from '../../main/services.js';
import { benchLeases } from '../../store/bench-leases.js';
import { systemClock } from '../../telemetry/clock.js';
import { atMost, figure, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';

const atLeast = (limit: number) => ({ limit, bound: 'at least' }) as const;

export async function leaseRate({ say }: BenchOptions): Promise<Figures> {
  say('numbers: leases, also with 10 000 numbers and a million sessions');
  const rates = await benchLeases({ clock: systemClock, ids: openIds() });
  const { choicesPerSecond, leasesPerSecond, largeLeasesPerSecond } = rates;
  const beside = { what: 'fifty visitors at once, numbers free', value: leasesPerSecond };
  return {
    choices: figure({ value: choicesPerSecond, unit: '/s', budget: atLeast(200_000) }),
    leases_chosen_and_written: figure({ value: leasesPerSecond, unit: '/s', budget: atLeast(10_000) }),
    leases_one_after_another: figure({ value: rates.singleLeasesPerSecond, unit: '/s', beside }),
    leases_when_nothing_is_free: figure({ value: rates.lendingPerSecond, unit: '/s', beside }),
    leases_in_a_large_store: figure({ value: largeLeasesPerSecond, unit: '/s', beside }),
    slower_in_a_large_store: figure({
      value: leasesPerSecond / largeLeasesPerSecond,
      unit: 'x',
      budget: atMost(2),
    }),
  };
}

/** Part `numbers`: how fast tracked numbers are leased, and whether a large store slows it down. */
import { openIds } from '../../main/services.js';
import { benchLeases } from '../../store/bench-leases.js';
import { systemClock } from '../../telemetry/clock.js';
import { atMost, figure, type Figures } from './figures.js';
import type { BenchOptions } from './part.js';
import { visitRate } from './visit-rate.js';

const atLeast = (limit: number) => ({ limit, bound: 'at least' }) as const;

export async function leaseRate(options: BenchOptions): Promise<Figures> {
  options.say('numbers: leases, also with 10 000 numbers and a million sessions');
  const rates = await benchLeases({ clock: systemClock, ids: openIds() });
  const { choicesPerSecond, usual, single, lending, large } = rates;
  const beside = { what: 'fifty visitors at once, numbers free', value: usual.perSecond };
  const besideCpu = { what: 'the same in a small store', value: usual.cpuMs };
  return {
    choices: figure({ value: choicesPerSecond, unit: '/s', budget: atLeast(200_000) }),
    leases_chosen_and_written: figure({ value: usual.perSecond, unit: '/s', budget: atLeast(10_000) }),
    leases_one_after_another: figure({ value: single.perSecond, unit: '/s', beside }),
    leases_when_nothing_is_free: figure({ value: lending.perSecond, unit: '/s', beside }),
    leases_in_a_large_store: figure({ value: large.perSecond, unit: '/s', beside }),
    slower_in_a_large_store: figure({
      value: usual.perSecond / large.perSecond,
      unit: 'x',
      budget: atMost(2),
    }),
    cpu_of_a_lease: figure({ value: usual.cpuMs, unit: 'ms', budget: atMost(0.1) }),
    cpu_of_a_lease_in_a_large_store: figure({ value: large.cpuMs, unit: 'ms', beside: besideCpu }),
    ...(await visitRate(options)),
  };
}

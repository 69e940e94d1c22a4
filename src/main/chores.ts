/** What recurs by the clock: the application's housekeeping and the store's. When it runs stands in jobs/schedule.ts. */
import type { Chore, ChoreName } from '../jobs/schedule.js';
import type { Observed } from './gauges.js';

const DAY_MS = 86_400_000;

export function choresOf({
  services: { store, clock },
  settings,
}: Observed): Partial<Record<ChoreName, Chore>> {
  const daysAgo = (days: number): number => clock.now() - days * DAY_MS;
  return {
    'sweep-leases': () => store.leases.sweep(clock.now()),
    'expire-idempotency-keys': () => store.idempotency.removeOlderThan(daysAgo(1)),
    'remove-old-pushes': () => store.pushes.removeOlderThan(daysAgo(settings.store.keepPushDays)),
  };
}

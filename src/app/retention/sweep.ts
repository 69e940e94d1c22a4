/** Housekeeping: what is only kept for a while leaves the store. */
import type { AppContext } from '../context.js';
import { clearPeople } from './clear-people.js';

const DAY_MS = 86_400_000;
/** Answers of idempotency keys are promised for 24 h. */
const IDEMPOTENCY_MS = DAY_MS;
/** A lease that ran out long ago belongs to nobody; calls' leases are looked at by take-over-calls first. */
const LEASE_GRACE_MS = 3_600_000;

/** So many versions can be gone back to, beside those that calls name. */
const KEPT_VERSIONS = 100;
/** No vendor takes what is older, and no call lasts so long. */
const MEMORY_DAYS = 60;

export async function sweep(context: AppContext): Promise<void> {
  const { store, clock } = context.ports;
  const now = clock.now();
  const { keepPushDays, keepVisitDays, keepSignallingDays, keepExchangeDays } = context.config;
  if (keepPushDays > 0) {
    await store.pushes.removeOlderThan(now - keepPushDays * DAY_MS);
    await store.conversations.removeOlderThan(now - keepPushDays * DAY_MS);
  }
  if (keepVisitDays > 0) await store.visitors.removeOlderThan(now - keepVisitDays * DAY_MS);
  await store.signalling.removeOlderThan(now - keepSignallingDays * DAY_MS);
  await store.exchanges.removeOlderThan(now - keepExchangeDays * DAY_MS);
  await store.destinationMemory.removeOlderThan(now - MEMORY_DAYS * DAY_MS);
  await store.idempotency.removeOlderThan(now - IDEMPOTENCY_MS);
  await store.leases.sweep(now - LEASE_GRACE_MS);
  await store.telephonySets.removeUnused(KEPT_VERSIONS);
  await clearPeople(context);
}

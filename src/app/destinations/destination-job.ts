/** The job of a delivery: one each, or where a destination is told of several together one for the next round. */
import type { Destination } from '../../domain/destinations/destination.js';
import type { WebhookEndpoint } from '../../domain/routing/telephony.js';
import type { EventId, Instant } from '../../domain/values/ids.js';
import type { Job } from '../ports/store.js';

/** Deliveries are retried by their own schedule; the job only must not die before them. */
const DELIVERY_JOB_TRIES = 1000;

export type Receiver = WebhookEndpoint | Destination;

export function deliveryJob(to: Receiver, eventId: EventId, now: Instant): Omit<Job, 'id' | 'tries'> {
  const { name } = to;
  const common = { maxTries: DELIVERY_JOB_TRIES, runAt: now } as const;
  if (!('kind' in to)) {
    const payload = { eventId, endpoint: name };
    return { ...common, task: 'deliver-webhook', payload, key: `delivery:${eventId}:${name}` };
  }
  if (!('everySeconds' in to)) {
    const payload = { destination: name, eventId };
    return { ...common, task: 'tell-destination', payload, key: `tell:${eventId}:${name}` };
  }
  // Rounds begin by the clock: another event must not put off the round that is to come.
  const every = to.everySeconds * 1000;
  const runAt = every === 0 ? now : (Math.floor(now / every) + 1) * every;
  return {
    ...common,
    runAt,
    task: 'tell-destination',
    payload: { destination: name },
    key: `tell-all:${name}`,
  };
}

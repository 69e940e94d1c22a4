/** A delivery that was given up, skipped or taken is put on its way again, under the same id. */
import type { EventId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { AppContext } from '../context.js';
import { commit } from '../events/commit.js';
import type { Delivery } from '../ports/delivery-store.js';
import { deliveryJob } from './destination-job.js';

/** Throws Fault `not-found` (delivery, or its receiver is no longer configured), `conflict` (it waits already). */
export async function resendDelivery(context: AppContext, endpoint: string, id: EventId): Promise<Delivery> {
  return commit(context, async ({ tx, now }) => {
    const delivery = await tx.outbox.byId(id, endpoint);
    if (delivery === undefined) throw new Fault('not-found', `there is no delivery ${id} to ${endpoint}`);
    if (delivery.state === 'waiting') throw new Fault('conflict', 'the delivery waits to be sent already');
    const { webhooks, destinations = {} } = context.set().telephony;
    const to = destinations[endpoint] ?? webhooks[endpoint];
    if (to === undefined)
      throw new Fault('not-found', `there is no webhook or destination ${endpoint} any more`);
    const change = { state: 'waiting', tries: 0, retryAt: now } as const;
    await tx.outbox.update(id, endpoint, change);
    await tx.jobs.add(deliveryJob(to, id, now));
    return { ...delivery, ...change };
  });
}

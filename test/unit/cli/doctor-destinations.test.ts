/** What the doctor says of receivers: a missing secret, deliveries given up, deliveries that wait, and all well. */
import { expect, it } from 'vitest';
import { destinationFindings } from '../../../src/cli/doctor/destinations.js';
import type { Delivery } from '../../../src/app/ports/delivery-store.js';
import type { Telephony } from '../../../src/domain/routing/telephony.js';
import type { Services } from '../../../src/main/services.js';
import { destination } from '../../support/destinations/occasions.js';
import { aDelivery } from '../../support/store/samples.js';

async function said(latest: readonly Delivery[], secret: string | undefined) {
  const ga = destination({ kind: 'ga4', on: ['call.ended'], measurementId: 'G-A1', apiSecret: 'env:GA' });
  const services = {
    secrets: { get: () => Promise.resolve(secret) },
    store: { outbox: { list: () => Promise.resolve({ items: latest }) } },
  } as unknown as Services;
  const telephony = { webhooks: {}, destinations: { ga } } as unknown as Telephony;
  const [finding] = await destinationFindings(telephony, services);
  return `${finding?.state}: ${finding?.detail}`;
}

it('names what is missing and what went wrong', async () => {
  const dead = aDelivery({ state: 'dead', lastError: 'status 404' });
  const waiting = aDelivery({ lastError: 'access is refused' });
  expect(await said([], undefined)).toBe('warning: there is no secret env:GA');
  expect(await said([aDelivery({ state: 'delivered' }), dead], 's')).toBe(
    'warning: 1 of the latest 2 were given up: status 404',
  );
  expect(await said([waiting], 's')).toBe('warning: 1 wait for another try: access is refused');
  expect(await said([aDelivery({ state: 'delivered' })], 's')).toBe('ok: 1 deliveries, none given up');
  expect(await said([], 's')).toBe('ok: nothing was told yet');
});

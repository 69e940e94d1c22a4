/** What every store must do with deliveries of destinations, what was said at them, and what they remember. */
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';
import { aDelivery, branded } from '../support/store/samples.js';

describe.each(BACKENDS)('$name', ({ fresh }) => {
  it('finds the deliveries of one receiver that are due, oldest first', async () => {
    const { store } = await fresh();
    await store.outbox.add([
      aDelivery({ id: branded('late'), createdAt: 3 }),
      aDelivery({ id: branded('early'), createdAt: 1 }),
      aDelivery({ id: branded('other'), endpoint: 'bi' }),
      aDelivery({ id: branded('over'), state: 'delivered' }),
      aDelivery({ id: branded('waits'), createdAt: 2, retryAt: 500 }),
    ]);
    const due = async (now: number) => (await store.outbox.dueFor('crm', now, 10)).map(({ id }) => id);
    expect(await due(499)).toEqual(['early', 'late']);
    expect(await due(500)).toEqual(['early', 'waits', 'late']);
    expect(await store.outbox.dueFor('crm', 500, 1)).toMatchObject([{ id: 'early' }]);
  });

  it('lists deliveries page by page, also those of one event to several receivers', async () => {
    const { store } = await fresh();
    const call = { callId: branded('call-1') };
    await store.outbox.add(
      ['a', 'b', 'c'].flatMap((endpoint) =>
        [1, 2].map((at) => aDelivery({ id: branded(`e${at}`), endpoint, createdAt: at, ...call })),
      ),
    );
    await store.outbox.add([aDelivery({ id: branded('e9'), createdAt: 9 })]);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await store.outbox.list({
        limit: 2,
        ...call,
        ...(cursor === undefined ? {} : { cursor }),
      });
      seen.push(...page.items.map(({ id, endpoint }) => `${id} ${endpoint}`));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['e2 c', 'e2 b', 'e2 a', 'e1 c', 'e1 b', 'e1 a']);
  });

  it('keeps exchanges in order, and for their days', async () => {
    const { store } = await fresh();
    const said = (what: string, at: number) => ({
      ...{ eventId: branded('e1'), endpoint: 'crm', what, at },
      ...{ request: 'POST', answer: '200' },
    });
    await store.exchanges.add([said('first', 1), said('second', 1), said('third', 5)]);
    await store.exchanges.add([]);
    const of = async () => (await store.exchanges.ofDelivery(branded('e1'), 'crm')).map(({ what }) => what);
    expect(await of()).toEqual(['first', 'second', 'third']);
    expect(await store.exchanges.removeOlderThan(5)).toBe(2);
    expect(await of()).toEqual(['third']);
  });

  it('adds to what a destination remembers of a subject', async () => {
    const { store } = await fresh();
    const { destinationMemory: memory } = store;
    expect(await memory.of('crm', 'call-1')).toEqual({});
    await memory.keep('crm', 'call-1', { lead: '1', card: 'a' }, 10);
    await memory.keep('crm', 'call-1', { card: 'b' }, 20);
    await memory.keep('crm', 'call-2', { lead: '2' }, 10);
    expect(await memory.of('crm', 'call-1')).toEqual({ lead: '1', card: 'b' });
    expect(await memory.of('ga', 'call-1')).toEqual({});
    expect(await memory.removeOlderThan(20)).toBe(1);
    expect(await memory.of('crm', 'call-2')).toEqual({});
  });
});

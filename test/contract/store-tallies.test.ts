import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/store/backends.js';
import { aCall, aConnection, aForm, aLead, branded } from '../support/store/samples.js';

describe.each(BACKENDS)('$name counts leads', ({ fresh }) => {
  it('and their calls by form and by advertisement, without tests', async () => {
    const { store } = await fresh();
    const connectionId = aConnection().id;
    await store.connections.add(aConnection());
    await store.forms.add(aForm({ displayName: 'Spring' }));
    const add = (id: string, receivedAt: number, change: Parameters<typeof aLead>[0] = {}) =>
      store.leads.add(aLead({ id: branded(id), receivedAt, connectionId, ...change }));
    const formId = aForm().id;
    await add('l1', 100, { formId, ad: 'A', status: 'reached' });
    await add('l2', 200, { formId, ad: 'B' });
    await add('l3', 300, { ad: 'A' });
    await add('l4', 150, { formId, test: 'yes' });
    await add('l5', 1000, { formId });
    const call = (id: string, leadId: string, change: Parameters<typeof aCall>[0] = {}) =>
      store.calls.add(aCall({ id: branded(id), leadId: branded(leadId), ...change }));
    await call('c1', 'l1');
    await call('c2', 'l1', { bridgedAt: 120 });
    await call('c3', 'l3');
    const window = { from: 100, to: 1000 };
    expect(await store.leadTallies.count({ by: 'form', ...window })).toEqual([
      { key: formId, name: 'Spring', leads: 2, reached: 1, calls: 2, talks: 1, lastLeadAt: 200 },
      { leads: 1, reached: 0, calls: 1, talks: 0, lastLeadAt: 300 },
    ]);
    expect(await store.leadTallies.count({ by: 'ad', ...window, connectionId })).toEqual([
      { key: 'A', leads: 2, reached: 1, calls: 3, talks: 1, lastLeadAt: 300 },
      { key: 'B', leads: 1, reached: 0, calls: 0, talks: 0, lastLeadAt: 200 },
    ]);
    expect(await store.leadTallies.count({ by: 'ad', ...window, connectionId: branded('other') })).toEqual(
      [],
    );
  });
});

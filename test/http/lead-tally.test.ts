/** /v1/reports/leads and its CSV over stored leads and calls; every answer is checked against the OpenAPI document. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Lead } from '../../src/domain/leads/lead.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aConnection, aForm, aLead, branded } from '../support/store/samples.js';

const AT = Date.UTC(2026, 2, 10, 9);
const EVIL = '=HYPERLINK("http://evil.example")';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
  const { store } = bed.services;
  await store.connections.add(aConnection());
  await store.forms.add(aForm());
  const lead = (id: string, change: Partial<Lead>) =>
    store.leads.add(aLead({ id: branded(id), receivedAt: AT, ad: 'video', ...change }));
  const ofForm = { connectionId: branded('connection-1'), formId: branded('form-1') };
  await lead('l1', { ...ofForm, status: 'reached' });
  await lead('l2', { ...ofForm, status: 'unreached', ad: EVIL });
  await lead('l3', { ...ofForm, status: 'not-dialled', test: 'yes' });
  await lead('l4', { ...ofForm, receivedAt: AT - 100 * 86_400_000 });
  await lead('l5', { status: 'no-phone' });
  const calls = [
    { id: branded('c1'), leadId: branded('l1'), bridgedAt: AT + 1 },
    { id: branded('c2'), leadId: branded('l2') },
    { id: branded('c3'), leadId: branded('l2') },
  ];
  for (const call of calls) await store.calls.add(aCall(call));
});
afterAll(() => bed.close());

const SPAN = 'from=2026-03-01T00:00:00Z&to=2026-03-20T00:00:00Z';

describe('the count of leads', () => {
  it('by form: tests and other times are not among them, leads without a form are', async () => {
    const { items } = (await bed.request({ url: `/v1/reports/leads?${SPAN}` })).json();
    expect(items).toMatchObject([
      { key: 'form-1', name: 'Spring', leads: 2, reached: 1, calls: 3, talks: 1 },
      { key: null, leads: 1, calls: 0 },
    ]);
  });

  it('by advertisement as a table, in which nothing of a stranger is a formula', async () => {
    const { body } = await bed.request({ url: `/v1/reports/leads.csv?${SPAN}&by=ad` });
    expect(body.split('\n')).toEqual([
      'ad,leads,reached,calls,talks,last_lead_at',
      'video,2,1,1,1,2026-03-10T09:00:00.000Z',
      `"'=HYPERLINK(""http://evil.example"")",1,0,2,0,2026-03-10T09:00:00.000Z`,
      '',
    ]);
  });
});

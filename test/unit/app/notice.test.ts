/** Notices to people: a messenger's hook gets the admin's texts, filled with the client. */
import { expect, it } from 'vitest';
import { noticeBody } from '../../../src/app/webhooks/notice-body.js';
import type { AppContext } from '../../../src/app/context.js';
import { createTemplates } from '../../../src/speech/templates.js';
import { openAppBed } from '../../support/sim/app-bed.js';
import { aCall, aLead, branded, PHONE } from '../../support/store/samples.js';

it('fills the texts with the event and its client', async () => {
  const bed = await openAppBed({ users: [] });
  await bed.store.leads.add(aLead({ clientName: 'Ivan', formName: 'Kitchens', status: 'unreached' }));
  await bed.store.calls.add(aCall({ leadId: branded('lead-1'), clientNumber: PHONE }));
  const context = {
    ports: { store: bed.store, templates: createTemplates(() => ({})) },
    set: () => bed.app.telephonySet(),
  } as unknown as AppContext;
  const texts = {
    chat_id: '42',
    text: '{{ event }}: {{ client.name }} {{ client.phone }}, {{ form }} "{{ reason }}"',
  };
  const told = (data: object) => JSON.stringify({ type: 'lead.unreached', timestamp: 't', data });
  const body = await noticeBody(context, texts, told({ lead_id: 'lead-1', reason: 'attempts-used-up' }));
  expect(JSON.parse(body)).toEqual({
    chat_id: '42',
    text: `lead.unreached: Ivan ${PHONE}, Kitchens "attempts-used-up"`,
  });
  const ofCall = JSON.parse(
    await noticeBody(context, { text: '{{ client.phone }}' }, told({ call_id: 'call-1' })),
  ) as object;
  expect(ofCall).toEqual({ text: PHONE });
  const broken = await noticeBody(context, { text: '{{ client.phone | nonsense }}' }, told({}));
  expect(JSON.parse(broken)).toEqual({ text: '{{ client.phone | nonsense }}' });
  await bed.close();
});

it('goes out through the webhook that has texts, and the others get the event', async () => {
  const bed = await openAppBed({ users: [] });
  const set = bed.app.telephonySet();
  const chat = {
    name: 'chat',
    url: 'https://chat.invalid/',
    secretRef: 'env:NONE',
    events: ['lead.cancelled'],
    body: { text: 'gone: {{ client.phone }}' },
  };
  bed.app.swapTelephony({ ...set, telephony: { ...set.telephony, webhooks: { chat } } });
  const lead = { source: 'api', kind: 'form', rawPhone: PHONE, answers: [], touch: {} } as const;
  const { leadId } = await bed.app.takeLead(lead);
  await bed.app.withdrawLead(leadId, 'test');
  await bed.pass(60_000);
  expect(bed.sent.map(({ url, body }) => [url, JSON.parse(body) as unknown])).toEqual([
    ['https://chat.invalid/', { text: 'gone: {{ client.phone }}' }],
  ]);
  await bed.close();
});

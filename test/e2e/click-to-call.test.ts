/** Click to call on real phones: leg order, messages, keys after the answer. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PhoneCall } from '../../src/phone/api.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';

let office: Office | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  office = undefined;
});

const LONG_TEXT = 'This text is long enough to be heard for many seconds before anybody answers. '.repeat(3);
const answers = { onCall: { kind: 'answer' } } as const;

describe('a call by click', { timeout: 60_000 }, () => {
  it('presses the keys, tells the client its message, and cuts the operator’s', async () => {
    const { client, dialtrace, nextFinished } = (office = await openOffice({
      operator: answers,
      client: { onCall: { kind: 'answer', afterMs: 1500, ringing: { kind: 'plain' } } },
    }));
    const rung = new Promise<PhoneCall>((resolve) => {
      client.onCall(resolve);
    });
    office.when(
      ({ name }) => name === 'call.bridged',
      async () => (await rung).hangUp(),
    );
    const started = await dialtrace.app.startCall({
      number: CLIENT,
      order: 'operator-first',
      keys: '12#',
      externalId: 'deal-7',
      messages: { operator: { kind: 'text', text: LONG_TEXT }, client: { kind: 'text', text: 'Hello.' } },
    });
    expect(await dialtrace.app.startCall({ number: CLIENT, externalId: 'deal-7' })).toEqual(started);
    const { call, events } = await nextFinished();
    expect((await rung).digits).toBe('12#');
    expect(call).toMatchObject({ disposition: 'answered', externalId: 'deal-7', direction: 'click-to-call' });
    const spoken = events
      .filter(({ name }) => name === 'prompt.spoken')
      .map(({ payload }) => payload['text']);
    expect(spoken).toEqual([LONG_TEXT.trim(), 'Hello.']);
    const answered = events.find(
      ({ name, payload }) => name === 'leg.answered' && payload['role'] === 'client',
    );
    const bridged = events.find(({ name }) => name === 'call.bridged');
    // Keys and a short message lie between, not the rest of the long one.
    expect((bridged?.at ?? 0) - (answered?.at ?? 0)).toBeLessThan(8000);
  });

  it('rings the client first when asked to, and any number as the operator', async () => {
    const { operator, client, dialtrace, nextFinished } = (office = await openOffice({
      operator: answers,
      client: answers,
    }));
    office.when(
      ({ name }) => name === 'call.bridged',
      async () => client.calls[0]?.hangUp(),
    );
    await dialtrace.app.startCall({
      number: CLIENT,
      order: 'client-first',
      messages: { client: { kind: 'text', text: LONG_TEXT } },
    });
    const { call, events } = await nextFinished();
    const invited = events.filter(({ name }) => name === 'leg.invited').map(({ payload }) => payload['role']);
    expect(invited).toEqual(['client', 'operator']);
    expect(call).toMatchObject({ disposition: 'answered', operator: 'anna' });
    expect(operator.calls).toEqual([]);
  });
});

describe('a test lead', { timeout: 60_000 }, () => {
  it('rings the operator’s phone only', async () => {
    const { client, dialtrace, nextFinished } = (office = await openOffice({
      operator: { ...answers, press: [{ digits: '1', when: { kind: 'after-speech' } }] },
      client: answers,
    }));
    const draft = { source: 'api', kind: 'form', rawPhone: CLIENT, answers: [], touch: {} } as const;
    const rehearsal = await dialtrace.app.rehearseLead(draft, 'operators');
    const { call, events } = await nextFinished();
    expect(call).toMatchObject({ id: rehearsal.callId, tags: ['test'], operator: 'anna' });
    const invited = events.filter(({ name }) => name === 'leg.invited').map(({ payload }) => payload['role']);
    expect(invited).toEqual(['operator']);
    expect(client.calls).toEqual([]);
    expect((await dialtrace.services.store.leads.list({ limit: 5 })).items).toEqual([]);
  });
});

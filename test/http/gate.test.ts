/** The gate over HTTP: what is held or blocked is visible with its reason; the do-not-call list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, branded } from '../support/store/samples.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
});
afterAll(() => bed.close());

const post = (url: string, payload: object = {}, key?: string) =>
  bed.request({ method: 'POST', url, payload, ...(key === undefined ? {} : { key }) });

describe('a lead at the gate', () => {
  it('is held with its reason, listed, released', async () => {
    const phone = '+79160000101';
    const answer = await post('/v1/leads', {
      phone,
      fill_seconds: '0.3',
      ip: '192.0.2.9',
      consent: 'I agree',
    });
    expect(answer.json()).toMatchObject({ status: 'quarantined', reason: { code: 'filled-too-fast' } });
    const listed = await bed.request({ url: '/v1/quarantine' });
    expect(listed.json().items).toMatchObject([
      {
        phone,
        gate_note: '0.3 s; a person needs 2 s',
        client_address: '192.0.2.9',
        consent: { text: 'I agree', given_at: null },
      },
    ]);
    const released = await post(`/v1/leads/${answer.json().lead_id}/release`);
    expect(released.json()).toMatchObject({ status: 'queued', reason: { code: 'quarantine-released' } });
    expect((await post(`/v1/leads/${answer.json().lead_id}/refuse`)).statusCode).toBe(409);
  });

  it('is blocked for a destination that costs or that nobody allowed', async () => {
    expect((await post('/v1/leads', { phone: '+4930123456' })).json()).toMatchObject({
      status: 'blocked',
      reason: { code: 'destination-denied' },
    });
    expect((await post('/v1/leads', { phone: '+78091234567' })).json().reason.code).toBe('premium-rate');
    const call = await post('/v1/calls', { number: '+4930123456' });
    expect([409, 422, 503]).toContain(call.statusCode);
  });
});

describe('the do-not-call list', () => {
  it('is filled, read, and emptied, with the name of the key that did it', async () => {
    const key = await bed.addKey('leads', 'read');
    const one = await post(
      '/v1/do-not-call',
      { phone: '8 916 000 02 01', country: 'RU', reason: 'asked' },
      key,
    );
    expect(one.json()).toMatchObject({ added: 1, changed: 0, leads_ended: 0, refused: [] });
    const many = await post('/v1/do-not-call/import', {
      entries: [{ phone: '+79160000202', until: '2099-01-01T00:00:00Z' }, { phone: '12' }],
    });
    expect(many.json()).toMatchObject({ added: 1, refused: [{ row: 2, phone: '12' }] });
    expect((await post('/v1/do-not-call', { phone: 'nobody' })).statusCode).toBe(422);
    const listed = (await bed.request({ url: '/v1/do-not-call', key })).json().items;
    expect(listed).toMatchObject([
      { phone: '+79160000202', until: '2099-01-01T00:00:00.000Z', by: 'local' },
      { phone: '+79160000201', until: null, by: 'leads,read' },
    ]);
    const lead = await post('/v1/leads', { phone: '+79160000202' });
    expect(lead.json()).toMatchObject({ status: 'blocked', reason: { code: 'do-not-call' } });
    expect(
      (await bed.request({ method: 'DELETE', url: '/v1/do-not-call/+79160000202', key })).statusCode,
    ).toBe(403);
    const gone = await bed.request({ method: 'DELETE', url: '/v1/do-not-call/+79160000202' });
    expect(gone.json()).toEqual({ removed: '+79160000202' });
  });
});

describe('a call', () => {
  it('takes tags, a note and an outcome, with who said it', async () => {
    await bed.services.store.calls.add(aCall({ id: branded('c-1'), state: 'closed' }));
    const key = await bed.addKey('calls');
    const payload = {
      tags: ['vip'],
      note: 'call the boss',
      outcome: { mark: 'not-target', reason: 'partner' },
    };
    const answer = await bed.request({ method: 'PATCH', url: '/v1/calls/c-1', payload, key });
    expect(answer.json()).toMatchObject({
      tags: ['vip', 'not-target', 'partner'],
      note: { text: 'call the boss', by: 'calls' },
      outcome: { mark: 'not-target', reason: 'partner', by: 'calls', later_at: null },
    });
    const wrong = { outcome: { mark: 'great' } };
    expect((await bed.request({ method: 'PATCH', url: '/v1/calls/c-1', payload: wrong })).statusCode).toBe(
      422,
    );
    expect((await bed.request({ method: 'PATCH', url: '/v1/calls/none', payload: {} })).statusCode).toBe(404);
  });
});

describe('a test lead', () => {
  it('is told in sentences and stored nowhere', async () => {
    const before = (await bed.services.store.leads.list({ limit: 500 })).items.length;
    const answer = await post('/v1/leads/test', { phone: '+79160000900', name: 'Ivan', form: 'Kitchens' });
    const { explanation } = answer.json() as unknown as { explanation: string[] };
    expect(answer.json()).toMatchObject({
      status: 'queued',
      group: 'sales',
      dialplan: 'callback',
      call_id: null,
    });
    expect(explanation.join('\n')).toMatch(/Status: queued\. The lead is called at once/);
    expect(explanation.join('\n')).toMatch(/Group sales, simultaneous: anna \(\S+\)/);
    expect(explanation.join('\n')).toMatch(/Operators hear \(en\): Callback/);
    const denied = await post('/v1/leads/test', { phone: '+4930123456' });
    expect(denied.json()).toMatchObject({ status: 'blocked', reason: { code: 'destination-denied' } });
    expect((await bed.services.store.leads.list({ limit: 500 })).items).toHaveLength(before);
    expect((await post('/v1/leads/test?ring=everyone', { phone: '1' })).statusCode).toBe(422);
  });

  it('that is posted again with its key rings nobody again', async () => {
    const ask = (phone: string) =>
      bed.request({
        method: 'POST',
        url: '/v1/leads/test?ring=operators',
        headers: { 'idempotency-key': 'test-1' },
        payload: { phone },
      });
    const calls = async () => (await bed.services.store.calls.list({ limit: 500 })).items.length;
    const first = (await ask('+79160000901')).json();
    expect(first).toMatchObject({ call_id: expect.any(String) as unknown });
    const rung = await calls();
    expect((await ask('+79160000901')).json()).toEqual(first);
    expect(await calls()).toBe(rung);
    expect((await ask('+79160000902')).json()).toMatchObject({ code: 'idempotency-conflict' });
  });
});

describe('a person', () => {
  it('is exported and erased by admins only', async () => {
    const phone = '+79160000950';
    await post('/v1/leads', { phone, name: 'Olga' });
    const key = await bed.addKey('read', 'leads', 'calls');
    expect((await bed.request({ url: `/v1/people/${phone}`, key })).statusCode).toBe(403);
    const person = (await bed.request({ url: `/v1/people/${phone}` })).json();
    expect(person).toMatchObject({ phone, leads: [{ client_name: 'Olga' }], calls: [], do_not_call: null });
    const erased = await bed.request({ method: 'DELETE', url: `/v1/people/${phone}` });
    expect(erased.json()).toMatchObject({ leads: 1, recordings: 0 });
    expect((await bed.request({ url: `/v1/people/${phone}` })).json()).toMatchObject({ leads: [] });
    expect((await bed.request({ url: '/v1/people/nobody' })).statusCode).toBe(422);
  });
});

/** POST /v1/leads and what can be read of leads afterwards. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aForm, aLead, branded } from '../support/store/samples.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed({ http: { bodyLimitBytes: 20_000 } });
});
afterAll(() => bed.close());

let phones = 0;
const freshPhone = (): string => `+7916${String((phones += 1)).padStart(7, '0')}`;

const post = (payload: string | object, headers: Record<string, string> = {}) =>
  bed.request({ method: 'POST', url: '/v1/leads', payload, headers });
const read = async (id: string) => (await bed.request({ url: `/v1/leads/${id}` })).json();

describe('a lead', () => {
  it('is answered 202 with its id, when it will be called, and why', async () => {
    const answer = await post({ phone: freshPhone(), name: 'Ivan' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'queued', reason: { code: 'call-now' } });
    const lead = await read(answer.json().lead_id);
    expect(lead).toMatchObject({
      client_name: 'Ivan',
      status: 'queued',
      policy: 'default',
      push: null,
      attempts: [],
    });
    expect(lead.will_call_at).toBe(answer.json().will_call_at);
    expect(lead.timeline.map(({ name }) => name)).toEqual(['lead.received']);
  });

  it('comes from a plain form as well, under the names sites use', async () => {
    const phone = freshPhone();
    const form = new URLSearchParams({ fio: 'Пётр', phone, utm_source: 'ya', gcid: '11.22', colour: 'red' });
    const answer = await post(form.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer.statusCode).toBe(202);
    expect(await read(answer.json().lead_id)).toMatchObject({
      phone,
      client_name: 'Пётр',
      touch: { utm_source: 'ya', ga_client_id: '11.22' },
      answers: [{ field: 'colour', value: 'red' }],
    });
  });

  it('keeps a 19-digit number exactly', async () => {
    const answer = await post(
      `{"phone":"${freshPhone()}","external_id":7301234567890123456,"order":9007199254740993}`,
      {
        'content-type': 'application/json',
      },
    );
    expect(await read(answer.json().lead_id)).toMatchObject({
      external_id: '7301234567890123456',
      answers: [{ field: 'order', value: '9007199254740993' }],
    });
  });

  it('answers a repetition with the first lead, which learns what it said', async () => {
    const phone = freshPhone();
    const first = (await post({ phone })).json().lead_id;
    const repeated = (await post({ phone, size: 'XL' })).json();
    expect(repeated).toMatchObject({ lead_id: first, status: 'duplicate' });
    expect(await read(first)).toMatchObject({ answers: [{ field: 'size', value: 'XL' }] });
  });

  it('says in its status what will become of it', async () => {
    const phone = freshPhone();
    const statusOf = async (body: object) => {
      const { status, reason } = (await post(body)).json();
      return [status, reason.code];
    };
    expect(await statusOf({ name: 'nobody' })).toEqual(['no-phone', 'no-phone']);
    expect(await statusOf({ phone: '12' })).toEqual(['no-phone', 'phone-invalid']);
    expect(await statusOf({ phone })).toEqual(['queued', 'call-now']);
    expect(await statusOf({ phone })).toEqual(['duplicate', 'already-known']);
    const later = new Date(bed.services.clock.now() + 3_600_000).toISOString();
    expect(await statusOf({ phone: freshPhone(), call_at: later })).toEqual(['deferred', 'client-asked']);
    expect(await statusOf({ phone: freshPhone(), test: 'yes' })).toEqual(['not-dialled', 'test-lead']);
  });

  it('is told why in its own language, else in that of its form, its connection, its group', async () => {
    const connection = { kind: 'site', name: 'praha', locale: 'vi' };
    const made = await bed.request({ method: 'POST', url: '/v1/connections', payload: connection });
    const { connection_id } = made.json();
    const form = aForm({ id: branded('form-cs'), connectionId: branded(connection_id), locale: 'cs-CZ' });
    await bed.services.store.forms.add(form);
    const reasonOf = async (body: object, path = '') =>
      (await bed.request({ method: 'POST', url: `/v1/leads${path}`, payload: body })).json().reason;
    const told = (text: string) => ({ code: 'no-phone', text });
    const czech = told('Poptávka nemá telefonní číslo.');
    expect(await reasonOf({ form_id: 'form-cs', locale: 'ru' })).toEqual(
      told('В заявке нет номера телефона.'),
    );
    expect(await reasonOf({ form_id: 'form-cs' })).toEqual(czech);
    expect(await reasonOf({ form_id: 'form-cs' }, '/test')).toEqual(czech);
    expect(await reasonOf({ connection_id })).toEqual(told('Yêu cầu không có số điện thoại.'));
    expect(await reasonOf({})).toEqual(told('The lead has no phone number.'));
    expect(await reasonOf({ locale: 'de' })).toEqual(told('The lead has no phone number.'));
  });

  it.each([
    ['not JSON', '{"phone":', 'application/json', 400, 'body-malformed'],
    ['nothing', '', 'application/json', 400, 'body-malformed'],
    ['a list', '[1]', 'application/json', 400, 'body-malformed'],
    ['an unknown kind of body', 'phone=1', 'text/csv', 415, 'media-type-unsupported'],
    ['a time without a zone', '{"call_at":"2026-11-22 10:00"}', 'application/json', 422, 'field-invalid'],
    [
      'an unknown group',
      '{"phone":"+79161234567","group":"sails"}',
      'application/json',
      422,
      'field-invalid',
    ],
    ['an unknown form', '{"phone":"+79161234567","form_id":"none"}', 'application/json', 404, 'not-found'],
    ['too much', JSON.stringify({ comment: 'x'.repeat(30_000) }), 'application/json', 413, 'body-too-large'],
  ])('of %s is refused', async (_what, payload, type, status, code) => {
    const answer = await post(payload, { 'content-type': type });
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, status });
  });

  it('that is refused names its fields, with the nearest known name', async () => {
    const answer = await post({ phone: freshPhone(), group: 'sails' });
    expect(answer.json()).toMatchObject({
      fields: [{ field: 'group', problem: expect.stringContaining('did you mean sales?') as unknown }],
    });
  });

  it('cannot reach into the program by its field names', async () => {
    const answer = await post(
      `{"phone":"${freshPhone()}","__proto__":{"status":"reached"},"constructor":"x"}`,
      { 'content-type': 'application/json' },
    );
    expect(answer.statusCode).toBe(202);
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
  });

  it('whose time was spoken names the call in which it is to be heard', async () => {
    const phone = branded('+79161234599');
    const outcome = { mark: 'later', by: 'anna', at: 1, spoken: branded('r-1') } as const;
    const { calls, leads } = bed.services.store;
    await calls.add(aCall({ id: branded('call-spoken'), clientNumber: phone, outcome, state: 'closed' }));
    for (const [id, reason] of Object.entries({ waits: 'time-spoken', asked: 'follow-up' } as const))
      await leads.add(aLead({ id: branded(id), phone, status: 'deferred', reason }));
    expect(await read('waits')).toMatchObject({ time_spoken_in: 'call-spoken' });
    expect(await read('asked')).toMatchObject({ time_spoken_in: null });
  });

  it('is withdrawn once', async () => {
    const { lead_id: id } = (await post({ phone: freshPhone() })).json();
    const withdraw = () => bed.request({ method: 'POST', url: `/v1/leads/${id}/withdraw` });
    expect((await withdraw()).json()).toEqual({ result: 'withdrawn' });
    expect((await withdraw()).json()).toEqual({ result: 'already-final' });
    expect(await read(id)).toMatchObject({ status: 'cancelled', reason: { code: 'withdrawn' } });
    expect((await bed.request({ method: 'POST', url: '/v1/leads/none/withdraw' })).statusCode).toBe(404);
  });
});

describe('Idempotency-Key', () => {
  it('repeats the first answer for the same body, and refuses another', async () => {
    const body = { phone: freshPhone() };
    const key = { 'idempotency-key': 'order-17' };
    const first = await post(body, key);
    const again = await post(body, key);
    expect(again.statusCode).toBe(202);
    expect(again.json()).toEqual(first.json());
    const other = await post({ phone: freshPhone() }, key);
    expect(other.json()).toMatchObject({ status: 409, code: 'idempotency-conflict' });
    const found = await bed.request({ url: `/v1/leads?phone=${encodeURIComponent(body.phone)}` });
    expect(found.json().items).toHaveLength(1);
  });

  it('stores one lead when the same request comes twice at once', async () => {
    const body = { phone: freshPhone() };
    const answers = await Promise.all([1, 2].map(() => post(body, { 'idempotency-key': 'twice' })));
    expect(answers.map(({ statusCode }) => statusCode)).toContain(202);
    for (const answer of answers.filter(({ statusCode }) => statusCode !== 202)) {
      expect(answer.json()).toMatchObject({ code: 'conflict', status: 409 });
      expect(answer.headers['retry-after']).toBe('1');
    }
    const found = await bed.request({ url: `/v1/leads?phone=${encodeURIComponent(body.phone)}` });
    expect(found.json().items).toHaveLength(1);
  });

  it('can be used again when the first request failed', async () => {
    const body = { phone: freshPhone(), call_at: 'soon' };
    const key = { 'idempotency-key': 'failed-first' };
    expect((await post(body, key)).statusCode).toBe(422);
    expect((await post(body, key)).statusCode).toBe(422);
    expect((await post({ phone: freshPhone() }, key)).statusCode).toBe(202);
  });

  it('must have a usable length', async () => {
    expect((await post({ phone: freshPhone() }, { 'idempotency-key': 'k'.repeat(256) })).statusCode).toBe(
      422,
    );
  });
});

describe('the list of leads', () => {
  interface Listed {
    readonly items: readonly { readonly lead_id: string }[];
    readonly next_cursor: string | null;
  }
  const page = async (query: Record<string, string>): Promise<Listed> =>
    (await bed.request({ url: `/v1/leads?${new URLSearchParams(query).toString()}` })).json();
  const idsAfter = async (cursor: string | null): Promise<string[]> => {
    if (cursor === null) return [];
    const { items, next_cursor: next } = await page({ limit: '3', cursor });
    return [...items.map(({ lead_id: id }) => id), ...(await idsAfter(next))];
  };

  it('comes in pages, newest first, each lead once, also when new ones arrive meanwhile', async () => {
    const posted: string[] = [];
    for (let count = 0; count < 7; count += 1)
      posted.push((await post({ phone: freshPhone() })).json().lead_id);
    const first = await page({ limit: '3' });
    await post({ phone: freshPhone() });
    const seen = [...first.items.map(({ lead_id: id }) => id), ...(await idsAfter(first.next_cursor))];
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.slice(0, 7)).toEqual([...posted].reverse());
  });

  it('is filtered by status and time', async () => {
    const all = (await bed.request({ url: '/v1/leads?status=deferred' })).json().items;
    expect(all.length).toBeGreaterThan(0);
    expect(all.every(({ status }) => status === 'deferred')).toBe(true);
    const future = new Date(bed.services.clock.now() + 1000).toISOString();
    expect((await bed.request({ url: `/v1/leads?from=${future}` })).json()).toEqual({
      items: [],
      next_cursor: null,
    });
  });

  it('refuses a cursor that is none', async () => {
    expect((await bed.request({ url: '/v1/leads?cursor=%00garbage' })).statusCode).toBe(422);
  });
});

describe('a store that fails', () => {
  it('is answered 503 with Retry-After', async () => {
    const broken = await openHttpBed();
    await broken.services.store.close();
    const answer = await broken.request({
      method: 'POST',
      url: '/v1/leads',
      payload: { phone: freshPhone() },
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({ code: 'store-unavailable' });
    const ready = await broken.request({ url: '/readyz' });
    expect(ready.statusCode).toBe(503);
    expect(ready.json().checks.store.ok).toBe(false);
    await broken.close();
  });
});

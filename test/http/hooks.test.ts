/** TikTok pushes over HTTP, as the vendor sends them. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { escapeNonAscii } from '../../src/http/hooks/tiktok-signature.js';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
let connection: string;
beforeAll(async () => {
  bed = await openHttpBed();
  const made = await bed.request({
    method: 'POST',
    url: '/v1/connections',
    payload: { kind: 'tiktok', name: 'main', secret_ref: 'env:APP_SECRET' },
  });
  connection = made.json().connection_id;
});
afterAll(() => bed.close());

const FIRST_ID = 7_301_234_567_890_100_000n;

interface Entry {
  readonly id: bigint;
  readonly phone?: string;
  readonly name?: string;
}

const entryText = ({ id, phone, name = 'Нгуен Ань' }: Entry): string => {
  const fields = [...(phone === undefined ? [] : [['phone_number', phone]]), ['name', name]];
  const changes = fields.map(([field, value]) => JSON.stringify({ field, value })).join();
  return (
    `{"id":${id},"lead_source":"INSTANT_FORM","page_id":7301234567890000001,"page_name":"Весна","advertiser_id":7301234567890000002,` +
    `"campaign_id":1790000000000000001,"campaign_name":"C","adgroup_id":1,"adgroup_name":"G","ad_id":2,"ad_name":"A","create_time":1,"changes":[${changes}]}`
  );
};
const pushOf = (entries: readonly Entry[], object = 1): string =>
  `{"request_id":7301234567890999999,"object":${object},"time":1,"entry":[${entries.map(entryText).join()}]}`;

const hmac = (text: string): string => createHmac('sha256', APP_SECRET).update(text).digest('hex');
const open = (body: string): Record<string, string> => ({ 'x-open-signature': hmac(body) });

const send = (payload: string, headers: Record<string, string> = open(payload), name = connection) =>
  bed.request({
    method: 'POST',
    url: `/hooks/tiktok/${name}`,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });

describe('the signature of a push', () => {
  it('covers the raw body', async () => {
    const answer = await send(pushOf([{ id: FIRST_ID, phone: '+84912345678' }]));
    expect(answer.statusCode).toBe(200);
    expect(answer.json().results).toMatchObject([
      {
        external_id: String(FIRST_ID),
        result: 'stored',
        why: 'call-now',
        status: 'queued',
        reason: { code: 'call-now' },
      },
    ]);
  });

  it('or the body with its letters escaped', async () => {
    const body = pushOf([{ id: FIRST_ID + 1n, phone: '+84912345679' }]);
    expect((await send(body, open(escapeNonAscii(body)))).json().results).toMatchObject([
      { result: 'stored' },
    ]);
  });

  it('or the time and the body', async () => {
    const body = pushOf([{ id: FIRST_ID + 2n, phone: '+84912345680' }]);
    const now = Math.floor(bed.services.clock.now() / 1000);
    const signed = (time: number) => ({ 'tiktok-signature': `t=${time},s=${hmac(`${time}.${body}`)}` });
    expect((await send(body, signed(now - 600))).statusCode).toBe(401);
    expect((await send(body, signed(now))).statusCode).toBe(200);
  });

  it.each([
    ['a wrong one', { 'x-open-signature': 'a'.repeat(64) }],
    ['another secret', { 'x-open-signature': createHmac('sha256', 'other').update('{}').digest('hex') }],
    ['none', {}],
  ])('is refused when it is %s, and nothing is stored', async (_what, headers) => {
    const id = FIRST_ID + 3n;
    const answer = await send(pushOf([{ id, phone: '+84912345681' }]), headers);
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'signature-invalid' });
    const { items } = (await bed.request({ url: '/v1/leads?limit=500' })).json();
    expect(items.map(({ external_id }) => external_id)).not.toContain(String(id));
  });
});

describe('a push', () => {
  it('finds its connection by name too, and an unknown one is 404', async () => {
    const body = pushOf([{ id: FIRST_ID + 4n }]);
    expect((await send(body, open(body), 'main')).statusCode).toBe(200);
    expect((await send(body, open(body), 'other')).statusCode).toBe(404);
  });

  it('needs no content type', async () => {
    const payload = pushOf([{ id: FIRST_ID + 5n }]);
    const answer = await bed.request({
      method: 'POST',
      url: `/hooks/tiktok/${connection}`,
      payload,
      headers: open(payload),
    });
    expect(answer.statusCode).toBe(200);
  });

  it.each([
    ['is not JSON', '{"object":', 400, 'body-malformed'],
    ['is empty', '', 400, 'body-malformed'],
    ['is no push', '{"hello":1}', 422, 'field-invalid'],
  ])('that %s is refused', async (_what, body, status, code) => {
    const answer = await send(body);
    expect(answer.json()).toMatchObject({ status, code });
  });

  it('that is too large is refused with 413', async () => {
    const body = ' '.repeat(4_194_305);
    expect((await send(body)).json()).toMatchObject({ status: 413, code: 'body-too-large' });
  });

  it('that comes again stores nothing anew', async () => {
    const body = pushOf([{ id: FIRST_ID + 6n, phone: '+84912345682' }]);
    const first = (await send(body)).json().results[0];
    const again = (await send(body)).json().results[0];
    expect(again).toMatchObject({ result: 'repeated', lead_id: first?.lead_id, why: 'repeated-entry' });
  });

  it('stores a lead without a phone, with its ids digit for digit and its raw text', async () => {
    const body = pushOf([{ id: FIRST_ID + 7n }]);
    const { results } = (await send(body)).json();
    expect(results).toMatchObject([
      {
        external_id: '7301234567890100007',
        result: 'stored',
        why: 'no-phone',
        status: 'no-phone',
        will_call_at: null,
        reason: { code: 'no-phone', text: expect.any(String) as string },
      },
    ]);
    const lead = (await bed.request({ url: `/v1/leads/${results[0]?.lead_id}` })).json();
    expect(lead).toMatchObject({
      status: 'no-phone',
      external_id: '7301234567890100007',
      form_name: 'Весна',
      push: { body, signature: 'open-raw' },
    });
  });

  it('of another object is acknowledged', async () => {
    const answer = await send(pushOf([], 2));
    expect(answer.json().results).toMatchObject([{ result: 'acknowledged', lead_id: null }]);
  });

  it('of 1000 entries is stored whole', async () => {
    const entries = Array.from({ length: 1000 }, (_, index) => ({
      id: FIRST_ID + 10_000n + BigInt(index),
      phone: `+8491${String(2_000_000 + index)}`,
    }));
    const { results } = (await send(pushOf(entries))).json();
    expect(results).toHaveLength(1000);
    expect(new Set(results.map(({ lead_id }) => lead_id)).size).toBe(1000);
    expect(results.every(({ result }) => result === 'stored')).toBe(true);
    expect(results.map(({ external_id }) => external_id)).toEqual(entries.map(({ id }) => String(id)));
  });

  it('of a connection that is off is stored and not dialled', async () => {
    const off = await bed.request({
      method: 'POST',
      url: '/v1/connections',
      payload: { kind: 'tiktok', name: 'off', enabled: 'off', secret_ref: 'env:APP_SECRET' },
    });
    const body = pushOf([{ id: FIRST_ID + 8n, phone: '+84912345683' }]);
    const { results } = (await send(body, open(body), off.json().connection_id)).json();
    expect(results).toMatchObject([{ result: 'stored', why: 'connection-off' }]);
  });

  it('that cannot be stored is asked for again', async () => {
    const broken = await openHttpBed();
    const made = await broken.app.addConnection({
      kind: 'tiktok',
      name: 'main',
      secretRef: 'env:APP_SECRET',
    });
    await broken.services.store.close();
    const payload = pushOf([{ id: FIRST_ID }]);
    const answer = await broken.request({
      method: 'POST',
      url: `/hooks/tiktok/${made.id}`,
      payload,
      headers: open(payload),
    });
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    await broken.close();
  });
});

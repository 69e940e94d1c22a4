/** API keys, their scopes, and the door that is open to this machine only. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Scope } from '../../src/http/auth.js';
import { openHttpBed, type BedRequest, type HttpBed } from '../support/http/http-bed.js';

const ASKS: Readonly<Record<Scope, BedRequest>> = {
  read: { url: '/v1/leads' },
  leads: { method: 'POST', url: '/v1/leads', payload: { phone: '+79161110000' } },
  calls: { method: 'POST', url: '/v1/calls', payload: { number: '+79161110001' } },
  listen: { url: '/v1/calls/none/recording' },
  supervise: {
    method: 'POST',
    url: '/v1/live/none/supervision',
    payload: { action: 'listen', operator: 'anna' },
  },
  admin: { method: 'POST', url: '/v1/connections', payload: { kind: 'nonsense', name: 'x' } },
};

describe('an API key', () => {
  let bed: HttpBed;
  beforeAll(async () => {
    bed = await openHttpBed({ http: { access: 'keys' } });
  });
  afterAll(() => bed.close());

  it.each(['read', 'leads', 'calls', 'listen', 'supervise'] as const)(
    'with the scope %s does that and nothing else',
    async (scope) => {
      const key = await bed.addKey(scope);
      for (const [asked, request] of Object.entries(ASKS)) {
        const answer = await bed.request({ ...request, key });
        if (asked === scope) expect([401, 403], asked).not.toContain(answer.statusCode);
        else
          expect(answer.json(), asked).toMatchObject({
            code: 'forbidden',
            status: 403,
            detail: expect.stringContaining(`"${asked}"`) as unknown,
          });
      }
    },
  );

  it('with the scope admin does everything', async () => {
    const key = await bed.addKey('admin');
    for (const request of Object.values(ASKS))
      expect([401, 403]).not.toContain((await bed.request({ ...request, key })).statusCode);
  });

  it('is asked for, and a wrong or revoked one is refused', async () => {
    const key = await bed.addKey('read');
    const url = '/v1/leads';
    expect((await bed.request({ url })).json()).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect((await bed.request({ url, key: 'secret' })).statusCode).toBe(401);
    expect((await bed.request({ url, key: `${key.slice(0, -1)}x` })).statusCode).toBe(401);
    expect((await bed.request({ url, key })).statusCode).toBe(200);
    const stored = (await bed.services.store.apiKeys.list()).find(({ prefix }) => key.includes(prefix));
    await bed.services.store.apiKeys.revoke(stored!.id, bed.services.clock.now());
    expect((await bed.request({ url, key })).statusCode).toBe(401);
  });

  it('may stand in the address of what a browser loads by itself, and only there', async () => {
    const key = await bed.addKey('read', 'leads');
    expect((await bed.request({ url: `/v1/leads?access_token=${key}` })).statusCode).toBe(200);
    const posted = await bed.request({
      method: 'POST',
      url: `/v1/leads?access_token=${key}`,
      payload: { phone: '+79161110002' },
    });
    expect(posted.statusCode).toBe(401);
  });

  it('is not needed to learn that an address is wrong', async () => {
    const key = await bed.addKey('read');
    expect((await bed.request({ url: '/v1/lead', key })).statusCode).toBe(404);
  });
});

describe('access open on loopback', () => {
  const beds: HttpBed[] = [];
  afterAll(() => Promise.all(beds.map((bed) => bed.close())));
  const open = async (trustProxy: boolean | string): Promise<HttpBed> => {
    const bed = await openHttpBed({ http: { access: 'open-on-loopback', trustProxy } });
    beds.push(bed);
    return bed;
  };
  const status = async (bed: HttpBed, request: Omit<BedRequest, 'url'>): Promise<number> =>
    (await bed.request({ url: '/v1/leads', ...request })).statusCode;

  it('lets this machine in without a key, by its own names', async () => {
    const bed = await open(false);
    expect(await status(bed, {})).toBe(200);
    expect(await status(bed, { headers: { host: '[::1]:8080' }, remoteAddress: '::1' })).toBe(200);
    expect(await status(bed, { headers: { host: '127.0.0.1:8080', origin: 'http://127.0.0.1:8080' } })).toBe(
      200,
    );
  });

  it.each([false, true, '127.0.0.1'])(
    'is closed to what a proxy on this machine brings (trustProxy %s)',
    async (trustProxy) => {
      const bed = await open(trustProxy);
      expect(await status(bed, { headers: { 'x-forwarded-for': '203.0.113.5' } })).toBe(401);
      expect(await status(bed, { headers: { 'x-forwarded-for': '127.0.0.1' } })).toBe(401);
      expect(await status(bed, { headers: { 'x-forwarded-for': '127.0.0.1, 203.0.113.5' } })).toBe(401);
      expect(await status(bed, { headers: { forwarded: 'for=203.0.113.5' } })).toBe(401);
    },
  );

  it('is closed to other machines, whatever they claim', async () => {
    const bed = await open(true);
    expect(await status(bed, { remoteAddress: '203.0.113.5' })).toBe(401);
    expect(
      await status(bed, { remoteAddress: '203.0.113.5', headers: { 'x-forwarded-for': '127.0.0.1' } }),
    ).toBe(401);
  });

  it('is closed to pages of other sites in a browser of this machine', async () => {
    const bed = await open(false);
    expect(await status(bed, { headers: { host: 'attacker.example' } })).toBe(401);
    const form = {
      'content-type': 'application/x-www-form-urlencoded',
      host: '127.0.0.1:8080',
      origin: 'https://attacker.example',
    };
    expect(await status(bed, { method: 'POST', headers: form, payload: 'phone=%2B79161110003' })).toBe(401);
  });
});

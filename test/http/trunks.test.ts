/** How carriers are, and why a number goes the way it goes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { offlineSwitch } from '../../src/main/offline-switch.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const KEY = 'udp:127.0.0.1:5999';
let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed({
    switch: {
      ...offlineSwitch,
      trunks: () => [
        {
          trunk: 'carrier',
          registration: { state: 'failed', why: 'the registrar did not answer', nextTryAt: 60_000 },
          gateways: [{ key: KEY, state: 'up', since: 1000, roundTripMs: 12 }],
        },
      ],
    },
  });
});
afterAll(() => bed.close());

describe('trunks', () => {
  it('are listed with registration and gateways', async () => {
    expect((await bed.request({ url: '/v1/trunks' })).json().items).toEqual([
      {
        trunk: 'carrier',
        registration: {
          state: 'failed',
          why: 'the registrar did not answer',
          expires_at: null,
          next_try_at: '1970-01-01T00:01:00.000Z',
        },
        gateways: [{ gateway: KEY, state: 'up', since: '1970-01-01T00:00:01.000Z', round_trip_ms: 12 }],
      },
    ]);
  });

  it('explain a route by what is so now', async () => {
    const answer = await bed.request({ url: '/v1/routes/explain?number=%2B79991234567' });
    expect(answer.json()).toMatchObject({
      number: '+79991234567',
      country: 'RU',
      allowed: false,
      choices: [{ trunk: 'carrier', gateway: KEY, order: 1, excluded_by: 'not-registered' }],
      chosen: null,
    });
  });
});

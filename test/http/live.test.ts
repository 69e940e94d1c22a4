/** Calls that go on, phones that are registered, and supervision over HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SwitchHandlers } from '../../src/app/ports/switch.js';
import { offlineSwitch } from '../../src/main/offline-switch.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const DESK = {
  user: 'anna',
  contact: 'sip:anna@192.0.2.5:5062',
  source: '192.0.2.5:5062',
  transport: 'udp',
  phone: 'sip:anna@192.0.2.5:5062',
  expiresAt: Date.UTC(2030, 0, 1),
  agent: 'desk phone',
};

let bed: HttpBed;
let handlers: SwitchHandlers | undefined;
beforeAll(async () => {
  bed = await openHttpBed({
    switch: {
      ...offlineSwitch,
      registrations: () => [DESK],
      listen: (given) => void (handlers = given),
    },
  });
});
afterAll(() => bed.close());

it('lists no live calls when there are none', async () => {
  expect((await bed.request({ url: '/v1/live' })).json()).toEqual({ items: [] });
});

it('lists operators with their phones and presence', async () => {
  const { items } = (await bed.request({ url: '/v1/phones' })).json();
  expect(items[0]).toMatchObject({
    operator: 'anna',
    presence: 'available',
    devices: [
      {
        kind: 'registered',
        at: 'anna',
        contacts: [{ transport: 'udp', agent: 'desk phone', expires_at: '2030-01-01T00:00:00.000Z' }],
      },
    ],
  });
});

it('tells phones that come and go', async () => {
  const told: unknown[] = [];
  const off = bed.services.events.subscribe(({ name, payload }) => told.push([name, payload]));
  await bed.app.start();
  handlers?.phone?.(DESK, 'registered');
  handlers?.phone?.(DESK, 'unregistered');
  await expect.poll(() => told.length).toBe(2);
  off();
  const payload = { user: 'anna', contact: DESK.contact, transport: 'udp', agent: 'desk phone' };
  expect(told).toEqual([
    ['phone.registered', payload],
    ['phone.unregistered', payload],
  ]);
});

describe('supervision', () => {
  const supervise = (payload: object) =>
    bed.request({ method: 'POST', url: '/v1/live/none/supervision', payload });

  it('of a call that is not there is 404, by nobody and in no way 422', async () => {
    expect((await supervise({ action: 'listen', operator: 'anna' })).statusCode).toBe(404);
    expect((await supervise({ action: 'listen', operator: 'ana' })).json().detail).toMatch(
      /did you mean anna/,
    );
    expect((await supervise({ action: 'spy', operator: 'anna' })).statusCode).toBe(422);
  });
});

/** Texts to tracked numbers: pushed by an SMS gateway, or by SIP MESSAGE through a trunk. Both become requests. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SwitchHandlers } from '../../src/app/ports/switch.js';
import type { TrackedNumber } from '../../src/domain/numbers/tracked-number.js';
import type { Lead } from '../../src/domain/leads/lead.js';
import { offlineSwitch } from '../../src/main/offline-switch.js';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { branded } from '../support/store/samples.js';
import { aSession, aTouch } from '../support/store/visitors.js';

const STATIC = '+74957000001';
const POOLED = '+74957000002';

let bed: HttpBed;
let handlers: SwitchHandlers | undefined;
beforeAll(async () => {
  bed = await openHttpBed({
    switch: { ...offlineSwitch, listen: (given) => void (handlers = given) },
    projects: {
      eager: {
        sites: ['https://eager.example'],
        siteNumbers: ['+74957000009'],
        country: 'RU',
        texts: 'call-back',
      },
    },
    pools: { ads: { project: 'shop' } },
  });
  await bed.app.start().catch(() => undefined);
  for (const [name, secret_ref] of [
    ['sms', 'env:APP_SECRET'],
    ['open', 'env:NONE'],
  ])
    await bed.request({
      method: 'POST',
      url: '/v1/connections',
      payload: { kind: 'messenger', name, secret_ref, locale: 'vi' },
    });
  const number: TrackedNumber = {
    number: branded(STATIC),
    state: 'static',
    project: 'shop',
    type: 'geographic',
    country: 'RU',
    labels: { source: 'radio', medium: 'offline', campaign: 'spring' },
  };
  await bed.services.store.numbers.put(number);
  await bed.services.store.numbers.put({
    ...number,
    number: branded(POOLED),
    state: 'pool',
    pool: 'ads',
    labels: {},
  });
});
afterAll(() => bed.close());

const push = (fields: object | string, { connection = 'sms', token = APP_SECRET } = {}) =>
  bed.request({
    method: 'POST',
    url: `/hooks/sms/${connection}`,
    payload: fields,
    headers: {
      authorization: `Bearer ${token}`,
      ...(typeof fields === 'string' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  });
const leadOf = (id: string): Promise<Lead | undefined> => bed.services.store.leads.byId(branded(id));

describe('an SMS', () => {
  it('is stored as a request with the source of its number, and nobody is called', async () => {
    const answer = await push({
      from: '79160001122',
      to: '74957000001',
      text: 'Перезвоните <b>мне</b>',
      id: 17,
    });
    const text = 'Tin nhắn đến số mà dự án chỉ lưu tin nhắn và không gọi lại.';
    expect(answer.json()).toMatchObject({ status: 'not-dialled', reason: { code: 'text-only', text } });
    expect(await leadOf(answer.json().lead_id)).toMatchObject({
      source: 'sms',
      kind: 'message',
      phone: '+79160001122',
      externalId: '17',
      campaign: 'spring',
      answers: [{ field: 'message', value: 'Перезвоните <b>мне</b>' }],
      touch: { project: 'shop', did: STATIC, utm_source: 'radio', utm_medium: 'offline' },
    });
    const again = await push({ from: '79160001122', to: '74957000001', text: 'Перезвоните', id: 17 });
    expect(again.json().lead_id).toBe(answer.json().lead_id);
  });

  it('comes as a form under other names, and is called back where the project says so', async () => {
    const form = new URLSearchParams({
      From: '+79160003344',
      To: '+74957000009',
      Body: 'Call me',
      MessageSid: 'SM1',
    });
    expect((await push(form.toString())).json()).toMatchObject({ status: 'queued' });
  });

  it('to the number a visitor is looking at is that visitor’s', async () => {
    const { store, clock } = bed.services;
    const now = clock.now();
    await store.visitors.addSession(aSession({ touches: [aTouch({ campaign: 'may' })] }));
    const lease = {
      turn: 1,
      pool: 'ads',
      project: 'shop',
      visitorId: 'visitor-1',
      sessionId: 'session-1',
      labels: {},
    };
    const times = {
      takenAt: now - 1000,
      seenAt: now - 1000,
      heldUntil: now + 60_000,
      tailUntil: now + 120_000,
    };
    await store.numberLeases.take({
      number: branded(POOLED),
      ...lease,
      ...times,
      freeAt: now + 180_000,
      as: 'fresh',
    } as never);
    const answer = await push({ from: '+79160005566', to: POOLED, text: 'Hi' });
    expect(await leadOf(answer.json().lead_id)).toMatchObject({
      visitorId: 'visitor-1',
      sessionId: 'session-1',
      touch: { utm_campaign: 'may', did: POOLED },
    });
  });

  it.each([
    ['a wrong token', { from: '1', to: '2', text: 'x' }, { token: 'guess' }, 401, 'signature-invalid'],
    [
      'a connection without its secret',
      { from: '1', to: '2', text: 'x' },
      { connection: 'open' },
      401,
      'signature-invalid',
    ],
    ['an unknown connection', { from: '1', to: '2', text: 'x' }, { connection: 'none' }, 404, 'not-found'],
    ['a number of nobody', { from: '+79160001122', to: '+74950000000', text: 'x' }, {}, 404, 'not-found'],
    ['a missing text', { from: '+79160001122', to: STATIC }, {}, 422, 'field-invalid'],
  ])('with %s is refused', async (_what, fields, options, status, code) => {
    const answer = await push(fields, options);
    expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
  });

  it('from nobody (letters, hidden) is kept all the same', async () => {
    for (const from of ['MyBank', 'anonymous', '+']) {
      const answer = await push({ from, to: STATIC, text: 'x' });
      expect(await leadOf(answer.json().lead_id)).toMatchObject({ kind: 'message', rawPhone: from });
    }
  });
});

describe('a SIP MESSAGE', () => {
  const text = {
    to: '84957000001',
    from: '89160007788',
    body: 'Здравствуйте',
    remoteAddress: '127.0.0.1:5999',
  };

  it('through a trunk to a tracked number is a request', async () => {
    expect(await handlers?.text?.(text)).toBe('stored');
    const [lead] = (await bed.services.store.leads.list({ limit: 1 })).items;
    expect(lead).toMatchObject({ source: 'sip', phone: '+79160007788', touch: { utm_source: 'radio' } });
  });

  it('of a stranger, or to a number of nobody, is told so', async () => {
    expect(await handlers?.text?.({ ...text, remoteAddress: '192.0.2.66:5060' })).toBe('stranger');
    expect(await handlers?.text?.({ ...text, to: '84950000000' })).toBe('unknown-did');
    expect(await handlers?.text?.({ ...text, to: 'anna' })).toBe('unknown-did');
  });
});

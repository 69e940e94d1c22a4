/** Meta Lead Ads from the handshake to the lead, with a Graph API on a socket of this machine. */
import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FETCH_DELAYS } from '../../src/app/leads/fetch-lead.js';
import type { Job } from '../../src/app/ports/store.js';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
let graph: Server;
const asked: string[] = [];
let answer: { status: number; body: object } = { status: 500, body: {} };

beforeAll(async () => {
  graph = createServer((request, response) => {
    asked.push(request.url ?? '');
    response
      .writeHead(answer.status, { 'content-type': 'application/json' })
      .end(JSON.stringify(answer.body));
  });
  await new Promise<void>((listening) => graph.listen(0, '127.0.0.1', listening));
  const { port } = graph.address() as AddressInfo;
  bed = await openHttpBed({ sending: { reach: 'any' } });
  const reference = 'env:APP_SECRET';
  const intake = {
    verify_token_ref: reference,
    token_ref: reference,
    api_url: `http://127.0.0.1:${port}/v21.0`,
  };
  const payload = { kind: 'meta', name: 'page', secret_ref: reference, country: 'RU', intake };
  await bed.request({ method: 'POST', url: '/v1/connections', payload });
});
afterAll(async () => {
  await bed.close();
  await new Promise((closed) => graph.close(closed));
});

const pushOf = (id: string): string =>
  JSON.stringify({
    object: 'page',
    entry: [{ id: 1, changes: [{ field: 'leadgen', value: { leadgen_id: id, form_id: 'f1', ad_id: '9' } }] }],
  });
const send = (payload: string, signature?: string) =>
  bed.request({
    method: 'POST',
    url: '/hooks/meta/page',
    payload,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature-256':
        signature ?? `sha256=${createHmac('sha256', APP_SECRET).update(payload).digest('hex')}`,
    },
  });

/** Its job, run as the job runner would. */
async function fetchOnce(tries = 1) {
  const { store, clock } = bed.services;
  const claimed = await store.jobs.claim('test', clock.now() + 1e9, clock.now() + 2e9, 50);
  const job = claimed.find(({ task }) => task === 'fetch-lead') as Job;
  const outcome = await bed.app.tasks['fetch-lead']({ ...job, tries });
  await store.jobs.complete(job.id, 'test');
  return outcome;
}

async function leadOf(externalId: string) {
  const { items } = (await bed.request({ url: '/v1/leads?limit=500' })).json();
  return items.find(({ external_id }) => external_id === externalId);
}

describe('Meta Lead Ads', () => {
  it('answers the challenge', async () => {
    const ask = (token: string) =>
      bed.request({ url: `/hooks/meta/page?hub.mode=subscribe&hub.challenge=77&hub.verify_token=${token}` });
    expect((await ask(APP_SECRET)).body).toBe('77');
    expect((await ask('other')).statusCode).toBe(403);
  });

  it('answers at once, and fetches the lead by a job', async () => {
    const taken = (await send(pushOf('l1'))).json();
    expect(taken.results).toMatchObject([{ result: 'awaited', external_id: 'l1', lead_id: null }]);
    const field_data = [
      { name: 'full_name', values: ['Jan'] },
      { name: 'phone_number', values: ['8 916 333-00-01'] },
    ];
    answer = { status: 200, body: { id: 'l1', form_id: 'f1', ad_name: 'Video', platform: 'fb', field_data } };
    expect(await fetchOnce()).toEqual({ kind: 'done' });
    expect(asked.at(-1)).toMatch(/^\/v21\.0\/l1\?fields=.*field_data.*&access_token=test_app_secret$/);
    expect(await leadOf('l1')).toMatchObject({
      status: 'queued',
      source: 'meta',
      phone: '+79163330001',
      ad: 'Video',
    });
    expect((await send(pushOf('l1'))).json().results).toMatchObject([{ result: 'repeated' }]);
  });

  it('goes on trying with a token that ran out, which is told once', async () => {
    await send(pushOf('l2'));
    answer = { status: 400, body: { error: { code: 190, message: 'expired', type: 'OAuthException' } } };
    expect(await fetchOnce()).toMatchObject({
      kind: 'retry',
      why: expect.stringContaining('code 190') as string,
    });
    const events = await bed.services.store.events.after(undefined, 1000);
    const told = events.filter(({ name }) => name === 'connection.access-changed');
    expect(told.at(-1)?.payload).toMatchObject({ name: 'page', state: 're-authorise' });
    expect(await leadOf('l2')).toBeUndefined();
  });

  it('loses none: what could not be fetched in all that time is stored with the reason', async () => {
    await send(pushOf('l3'));
    answer = { status: 400, body: { error: { code: 100, message: 'gone' } } };
    expect(await fetchOnce(FETCH_DELAYS.length + 1)).toEqual({ kind: 'done' });
    expect(await leadOf('l3')).toMatchObject({ status: 'no-phone' });
  });

  it('refuses a push that is not signed by the app', async () => {
    expect((await send(pushOf('l4'), 'sha256=00')).statusCode).toBe(401);
  });
});

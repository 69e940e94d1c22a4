/**
 * Deliveries to destinations over the real sender, to a server that takes nothing but what the vendors' documents allow:
 * seen, retried, given up, sent again, and rehearsed without leaving anything.
 */
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createRecordingLinks } from '../../src/http/recording-links.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aCall, aDelivery, aLead, anEvent, aRecording, branded, PHONE } from '../support/store/samples.js';

interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** By path; what is not listed is no method of any vendor. */
const VENDORS: Readonly<Record<string, (request: Received) => Reply>> = {
  '/mp/collect': ({ method, query, headers, body }) => {
    const { client_id: client, events } = JSON.parse(body) as {
      client_id?: string;
      events?: { name: string }[];
    };
    const good =
      method === 'POST' &&
      headers['content-type'] === 'application/json' &&
      query.get('measurement_id') === 'G-ABC123' &&
      query.get('api_secret') === 'ga-secret' &&
      typeof client === 'string' &&
      events?.length === 1;
    return { status: good ? 204 : 400 };
  },
  '/debug/mp/collect': () => ({ status: 200, body: { validationMessages: [] } }),
  '/open_api/v1.3/event/track/': ({ headers, body }) => {
    const { data } = JSON.parse(body) as { data: { event_id: unknown; user: object }[] };
    const good = headers['access-token'] === 'tt-secret' && typeof data[0]?.event_id === 'string';
    return {
      status: 200,
      body: good ? { code: 0, message: 'OK' } : { code: 40002, message: 'event_id must be a string' },
    };
  },
  '/management/v1/counter/7/offline_conversions/upload': ({ headers, query, body }) => {
    const good =
      headers.authorization === 'OAuth ym-secret' &&
      query.get('type') === 'BASIC' &&
      body.includes('\r\n\r\nClientId,');
    const lines = body.split('\n').filter((line) => /^\d/.test(line)).length;
    return good
      ? {
          status: 200,
          body: { uploading: { id: 5, source_quantity: lines, line_quantity: lines, status: 'UPLOADED' } },
        }
      : { status: 400, body: { message: 'bad upload' } };
  },
  '/management/v1/counter/7/offline_conversions/uploading/5': () => ({
    status: 200,
    body: { uploading: { id: 5, status: 'PROCESSED' } },
  }),
  '/crm': () => ({ status: 200, body: { crm_url: 'https://crm.example/card/1' } }),
};

let server: Server;
let bed: HttpBed;
const received: Received[] = [];
let answerNext: Reply[] = [];

async function receive(request: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://here');
  const { method = '', headers } = request;
  const one = { method, path, query, headers, body: Buffer.concat(chunks).toString() };
  received.push(one);
  return answerNext.shift() ?? VENDORS[path]?.(one) ?? { status: 404 };
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void receive(request).then(({ status, body, headers = {} }) => {
      response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const on = { 'deal.changed': 'sale' };
  bed = await openHttpBed({
    sending: { reach: 'any' },
    environment: { GA: 'ga-secret', TT: 'tt-secret', YM: 'ym-secret' },
    destinations: {
      ga: {
        kind: 'ga4',
        on: { 'deal.changed': 'purchase' },
        measurementId: 'G-ABC123',
        apiSecret: 'env:GA',
        url,
      },
      tiktok: {
        kind: 'tiktok-events',
        on: ['deal.changed'],
        sourceId: '1',
        token: 'env:TT',
        url: `${url}/open_api/v1.3`,
      },
      metrica: { kind: 'yandex-metrica', on, counter: 7, token: 'env:YM', url, every: '0s' },
      crm: {
        kind: 'crm-webhook',
        on: ['lead.received', 'call.started'],
        url: `${url}/crm`,
        body: { tel: '{{ phone }}', cid: '{{ gcid }}' },
      },
      keys: {
        kind: 'crm-webhook',
        on: ['key.pressed'],
        filter: { keys: ['*5'] },
        url: `${url}/crm`,
        body: { key: '{{ key }}', of: '{{ callId }}' },
      },
      lost: { kind: 'crm-webhook', on: ['call.bridged'], url: 'env:NOWHERE' },
    },
  });
  const { calls, leads } = bed.services.store;
  await leads.add(
    aLead({
      touch: { ga_client_id: '1.2', ym_client_id: '99', ttclid: 'E.C.P', utm_source: 'tiktok' },
      status: 'reached',
      receivedAt: Date.now(),
    }),
  );
  await calls.add(aCall({ leadId: branded('lead-1'), clientNumber: PHONE, startedAt: Date.now() - 60_000 }));
});
afterAll(async () => {
  await bed.close();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  received.length = 0;
  answerNext = [];
});

/** Runs what the job runner would, at `ahead` from now. */
async function runJobs(ahead = 0): Promise<void> {
  const { store, clock } = bed.services;
  const now = clock.now() + ahead;
  const due = await store.jobs.claim('test', now, now + 60_000, 100);
  for (const job of due) {
    if (!['tell-destination', 'deliver-webhook'].includes(job.task)) continue;
    const outcome = await bed.app.tasks[job.task](job);
    if (outcome.kind === 'done') await store.jobs.complete(job.id, 'test');
    else await store.jobs.fail(job.id, 'test', outcome.why, outcome.notBefore ?? now);
  }
}

async function sell(externalId: string): Promise<void> {
  const at = new Date().toISOString();
  const payload = {
    external_id: externalId,
    status: 'won',
    amount: 10,
    currency: 'EUR',
    at,
    lead_id: 'lead-1',
  };
  const answer = await bed.request({ url: '/v1/deals', method: 'POST', payload });
  expect(answer.statusCode).toBe(200);
}

interface Shown {
  readonly event_id: string;
  readonly receiver: string;
  readonly state: string;
  readonly tries: number;
  readonly note: string | null;
  readonly next_try_at: string | null;
  readonly exchanges?: readonly {
    readonly what: string;
    readonly request: string;
    readonly answer: string;
  }[];
}

async function deliveries(query = ''): Promise<readonly Shown[]> {
  const answer = await bed.request({ url: `/v1/deliveries?${query}` });
  return (JSON.parse(answer.body) as { items: readonly Shown[] }).items;
}

async function one(receiver: string, id: string): Promise<Shown> {
  return JSON.parse((await bed.request({ url: `/v1/deliveries/${receiver}/${id}` })).body) as Shown;
}

describe('destinations', () => {
  it('are told of a sale, each in its own words, and what was said can be seen without secrets and phones', async () => {
    await sell('d1');
    await runJobs();
    expect(received.map(({ path }) => path).sort()).toEqual([
      '/management/v1/counter/7/offline_conversions/upload',
      '/mp/collect',
      '/open_api/v1.3/event/track/',
    ]);
    const states = Object.fromEntries((await deliveries()).map(({ receiver, state }) => [receiver, state]));
    expect(states).toEqual({ ga: 'delivered', tiktok: 'delivered', metrica: 'waiting' });
    await bed.services.store.outbox.list({ limit: 1 });
    const [ga] = await deliveries('receiver=ga');
    const { exchanges = [] } = await one('ga', ga?.event_id ?? '');
    expect(exchanges).toMatchObject([{ what: 'tell the event', answer: '204' }]);
    const all = await Promise.all(
      (await deliveries()).map(({ receiver, event_id: id }) => one(receiver, id)),
    );
    const said = JSON.stringify(all);
    for (const hidden of ['ga-secret', 'tt-secret', 'ym-secret', PHONE.slice(1)])
      expect(said).not.toContain(hidden);
    const told = (await bed.services.store.events.ofLead(branded('lead-1'))).map(({ name }) => name);
    expect(told.filter((name) => name === 'destination.told').length).toBe(2);
  });

  it('whose upload is worked on are asked again later, and no row is uploaded twice', async () => {
    const { outbox } = bed.services.store;
    const [waiting] = await deliveries('receiver=metrica&state=waiting');
    expect(waiting).toMatchObject({ note: 'Metrica works on upload 5', tries: 0 });
    await outbox.update(branded(waiting?.event_id ?? ''), 'metrica', { retryAt: 0 });
    await runJobs(901_000);
    expect(received.map(({ method, path }) => [method, path])).toEqual([
      ['GET', '/management/v1/counter/7/offline_conversions/uploading/5'],
    ]);
    expect(await deliveries('receiver=metrica')).toMatchObject([{ state: 'delivered', note: 'upload 5' }]);
  });

  const toCrm = async (): Promise<Shown> => {
    const [latest] = await deliveries('receiver=crm');
    if (latest === undefined) throw new Error('nothing was told to crm');
    return latest;
  };

  it('that are busy are tried again when they ask, those that refuse are given up', async () => {
    answerNext = [{ status: 429, headers: { 'retry-after': '90' } }];
    await bed.app.takeLead({
      source: 'api',
      kind: 'form',
      rawPhone: '+79160000002',
      answers: [],
      touch: {},
    });
    const before = Date.now();
    await runJobs();
    const busy = await toCrm();
    expect(busy).toMatchObject({ state: 'waiting', tries: 1, note: 'status 429' });
    expect(Date.parse(String(busy.next_try_at))).toBeGreaterThanOrEqual(before + 90_000);
    answerNext = [{ status: 422, body: { detail: 'no such field: cid of +79160000002' } }];
    await runJobs(95_000);
    const dead = await toCrm();
    expect(dead).toMatchObject({ state: 'dead', tries: 2, event_id: busy.event_id });
    expect(JSON.stringify(await one('crm', dead.event_id))).toContain('+7916***0002');
  });

  it('are told again what they refused, under the same id', async () => {
    const { event_id: id } = await toCrm();
    const resend = { url: `/v1/deliveries/crm/${id}/resend`, method: 'POST' } as const;
    expect((await bed.request(resend)).json()).toMatchObject({ state: 'waiting', tries: 0 });
    expect((await bed.request(resend)).statusCode).toBe(409);
    await runJobs();
    const [again] = received;
    expect(again?.headers['idempotency-key']).toBe(id);
    expect(again?.body).toBe(JSON.stringify({ tel: '+79160000002', cid: '' }));
    expect(await toCrm()).toMatchObject({ state: 'delivered' });
  });

  it('of a CRM name the card, which stands in the timeline', async () => {
    const events = await bed.services.store.events.after(undefined, 1000);
    expect(events.find(({ name }) => name === 'crm.linked')?.payload).toEqual({
      destination: 'crm',
      url: 'https://crm.example/card/1',
    });
  });

  it('hear of the operator’s key in a talk, by itself or as a code; of no other', async () => {
    const { store, clock } = bed.services;
    const startedAt = clock.now() - 60_000;
    const talk = { clientNumber: PHONE, startedAt, bridgedAt: startedAt + 1000 };
    await store.calls.add(aCall({ id: branded('talk'), state: 'closed', ...talk }));
    const press = (id: string, digit: string, role: string, after: number) =>
      anEvent(id, {
        name: 'key.pressed',
        at: startedAt + after,
        callId: branded('talk'),
        payload: { digit, role },
      });
    const presses = [
      press('accept', '1', 'operator', 500),
      press('star', '*', 'operator', 2000),
      press('client', '5', 'client', 2500),
      press('code', '5', 'operator', 3000),
    ];
    await store.events.append(presses);
    for (const { id, at, payload } of presses) {
      const told = { type: 'key.pressed', timestamp: new Date(at).toISOString() };
      const body = JSON.stringify({ ...told, data: { call_id: 'talk', ...payload } });
      await store.outbox.add([aDelivery({ id, endpoint: 'keys', body, createdAt: clock.now() })]);
      const job = { task: 'tell-destination', maxTries: 3, runAt: clock.now(), key: id } as const;
      await store.jobs.add({ ...job, payload: { destination: 'keys', eventId: id } });
    }
    await runJobs();
    expect(received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([{ key: '*5', of: 'talk' }]);
    const states = (await deliveries('receiver=keys')).map(({ event_id: id, state }) => [id, state]);
    expect(Object.fromEntries(states)).toEqual({
      ...{ accept: 'skipped', star: 'skipped', client: 'skipped', code: 'delivered' },
    });
  });

  it('are rehearsed with what would leave, to the letter, and nothing leaves', async () => {
    const test = { name: 'crm', manner: 'rehearse', callId: 'call-1', event: 'call.started' } as const;
    const { exchanges, verdict, of } = await bed.app.testDestination(test);
    expect([of, verdict, received]).toEqual(['stored', { kind: 'delivered' }, []]);
    expect(exchanges[0]?.request.body).toBe(JSON.stringify({ tel: PHONE, cid: '1.2' }));
    const ga = await bed.app.testDestination({
      name: 'ga',
      manner: 'try',
      leadId: 'lead-1',
      event: 'lead.received',
    });
    expect(ga.verdict).toEqual({ kind: 'delivered' });
    expect(received.map(({ path }) => path)).toEqual(['/debug/mp/collect']);
    expect(ga.exchanges[0]?.request.url).not.toContain('ga-secret');
    await expect(bed.app.testDestination({ name: 'gaa', manner: 'try' })).rejects.toThrow(/did you mean ga/);
    await expect(bed.app.testDestination({ ...test, callId: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(bed.app.testDestination({ name: 'lost', manner: 'try' })).rejects.toThrow(/env:NOWHERE/);
    expect((await bed.app.testDestination({ name: 'lost', manner: 'rehearse' })).verdict.kind).toBe(
      'delivered',
    );
  });

  it('are listed, and deliveries go page by page', async () => {
    const { items } = (await bed.request({ url: '/v1/destinations' })).json();
    expect(items.map(({ name }) => name).sort()).toEqual(['crm', 'ga', 'keys', 'lost', 'metrica', 'tiktok']);
    const all = await deliveries('limit=100');
    const first = await bed.request({ url: '/v1/deliveries?limit=2' });
    const rest = await deliveries(`limit=100&cursor=${first.json().next_cursor ?? ''}`);
    expect([...(first.json().items as never as readonly Shown[]), ...rest]).toEqual(all);
  });

  it('forget a person with all that was said of them', async () => {
    const { store } = bed.services;
    await store.calls.update(branded('call-1'), { state: 'closed' });
    expect((await deliveries('lead_id=lead-1')).length).toBeGreaterThan(0);
    const [{ event_id: id } = { event_id: '' }] = await deliveries('receiver=metrica');
    expect(await store.destinationMemory.of('metrica', id)).toMatchObject({ upload: '5' });
    await bed.request({ url: `/v1/people/${encodeURIComponent(PHONE)}`, method: 'DELETE' });
    expect(await deliveries('lead_id=lead-1')).toEqual([]);
    expect(await store.exchanges.ofDelivery(branded(id), 'metrica')).toEqual([]);
    expect(await store.destinationMemory.of('metrica', id)).toEqual({});
  });
});

describe('links to recordings', () => {
  const links = createRecordingLinks({ publicUrl: 'https://calls.example/', secret: 's', days: 30 });
  const nameIn = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

  it('are good for one call and for their days', () => {
    const url = links.urlOf(branded('c1'), 0);
    expect(url).toMatch(/^https:\/\/calls\.example\/recordings\/c1\/2592000-[0-9a-f]{64}\.wav$/);
    const name = nameIn(url);
    expect(links.isOurs('c1', name, 2_592_000_000)).toBe('yes');
    expect(links.isOurs('c1', name, 2_592_000_001)).toBe('expired');
    expect(links.isOurs('c2', name, 0)).toBe('no');
    expect(links.isOurs('c1', name.replace('2592000', '9592000'), 0)).toBe('no');
    const others = createRecordingLinks({ publicUrl: 'https://calls.example', secret: 't', days: 30 });
    expect(others.isOurs('c1', name, 0)).toBe('no');
  });

  it('are heard without a key, and nothing else is', async () => {
    const open = await openHttpBed({
      http: { access: 'keys' },
      environment: { LINKS: 'link-secret' },
      publicUrl: 'https://calls.example',
      recordings: { links: { secret: 'env:LINKS', days: 1 } },
    });
    const { store, recordingLinks } = open.services;
    const path = join(open.directory, 'c1.wav');
    await writeFile(path, 'RIFF');
    await store.calls.add(aCall({ id: branded('c1') }));
    await store.recordings.add(aRecording({ callId: branded('c1'), state: 'ready', path }));
    const url = new URL(recordingLinks?.urlOf(branded('c1'), Date.now()) ?? '').pathname;
    expect((await open.request({ url })).body).toBe('RIFF');
    expect((await open.request({ url: url.replace(/-../, '-00') })).statusCode).toBe(404);
    expect((await open.request({ url: '/v1/calls/c1/recording' })).statusCode).toBe(401);
    await open.close();
  });
});

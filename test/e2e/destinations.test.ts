/**
 * The three moments of a real call, as a CRM hears of them: the start (and the card that it names is there while they
 * talk), a key of the operator's phone in the talk, and the end with a recording that can be fetched.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { CLIENT, openOffice, spoken, type Office } from '../support/callbacks/office.js';

let office: Office | undefined;
let crm: Server | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') await office?.untilNothingIsLeft();
  await office?.close();
  crm?.close();
  office = undefined;
});

type Told = Readonly<Record<string, unknown>>;

/** Answers with a card; `told` in the order of arrival. */
async function openCrm(): Promise<{ readonly url: string; readonly told: Told[] }> {
  const told: Told[] = [];
  crm = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      told.push(JSON.parse(body) as Told);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ crm_url: `https://crm.example/card/${told.length}` }));
    });
  });
  await new Promise<void>((resolve) => crm?.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(crm.address() as AddressInfo).port}/`, told };
}

it('tells a CRM at the start, on a key and at the end of a real call', { timeout: 60_000 }, async () => {
  const { url, told } = await openCrm();
  const toCrm = { kind: 'crm-webhook', url };
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-links-'));
  const secret = join(folder, 'secret');
  await writeFile(secret, 'link-secret');
  const { operator, client, when, dialtrace, nextFinished } = (office = await openOffice({
    operator: { onCall: { kind: 'answer' } },
    client: { onCall: { kind: 'answer' } },
    telephony: {
      destinations: {
        start: { ...toCrm, on: ['call.started'] },
        key: { ...toCrm, on: ['key.pressed'], filter: { keys: ['5'] } },
        end: { ...toCrm, on: ['call.ended'], waitRecording: '10s' },
      },
    },
    settings: {
      sending: { reach: 'any' },
      http: { port: 0, access: 'keys', publicUrl: 'https://calls.example' },
      recordings: { directory: folder, links: { secret: `file:${secret}`, days: 1 } },
    },
  }));
  const { events, store } = dialtrace.services;
  const eventOf = (name: string, destination: string): Promise<void> =>
    new Promise((resolve) => {
      const stop = events.subscribe((event) => {
        if (event.name !== name || event.payload['destination'] !== destination) return;
        stop();
        resolve();
      });
    });
  const linked = eventOf('crm.linked', 'start');
  const keyTold = eventOf('destination.told', 'key');
  const endTold = eventOf('destination.told', 'end');
  when(spoken('operator-keys'), async () => operator.calls[0]?.press('1'));
  when(
    ({ name }) => name === 'call.bridged',
    async () => operator.calls[0]?.press('5'),
  );
  await dialtrace.app.takeLead({
    source: 'api',
    kind: 'form',
    rawPhone: CLIENT,
    answers: [],
    touch: { ga_client_id: '1.2', ym_client_id: '99', utm_source: 'google' },
  });
  await Promise.all([linked, keyTold]);
  // They still talk.
  expect((await store.calls.list({ limit: 1 })).items[0]).toMatchObject({ state: 'bridged' });
  await client.calls[0]?.hangUp();
  const { call, recordings } = await nextFinished();
  await endTold;
  const same = { callId: call.id, phone: CLIENT, gcid: '1.2', yaClientId: '99', source: 'google' };
  expect(told).toMatchObject([
    { event: 'call.started', ...same },
    { event: 'key.pressed', key: '5', ...same },
    { event: 'call.ended', disposition: 'answered', operator: 'anna', ...same },
  ]);
  const { pathname } = new URL(String(told[2]?.['recordingUrl']));
  const recording = await fetch(new URL(pathname, dialtrace.url));
  expect([recording.status, recording.headers.get('content-type')]).toEqual([200, 'audio/wav']);
  expect((await recording.arrayBuffer()).byteLength).toBe(recordings[0]?.bytes);
  await rm(folder, { recursive: true });
});

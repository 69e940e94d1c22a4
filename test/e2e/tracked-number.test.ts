/**
 * From the visit to the call, on real sockets: a page shows a number (in a browser, where one is installed), a test phone
 * calls it through a trunk, the call record names that visitor's campaign, and the operator hears it whispered.
 */
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openPhone } from '../../src/phone/open-phone.js';
import type { Phone } from '../../src/phone/api.js';
import { noChromium, openBrowser } from '../support/http/chromium.js';
import { startProgram, type Program } from '../support/sipp/program.js';
import { did, poolNumber } from '../support/store/numbers.js';

const SITE_NUMBER = '+74950000000';
const PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

const opened: { program?: Program; phones: Phone[] } = { phones: [] };

afterEach(async ({ task }) => {
  for (const phone of opened.phones.splice(0)) await phone.close();
  if (task.result?.state !== 'fail') await opened.program?.untilNothingIsLeft();
  await opened.program?.close();
  delete opened.program;
});

async function open(operatorPort: number, site = 'https://shop.example'): Promise<Program> {
  const program = await startProgram({
    telephony: {
      trunks: { carrier: { gateways: [{ host: '127.0.0.1', port: 5060 }] } },
      operators: { anna: { devices: [{ uri: `sip:anna@127.0.0.1:${operatorPort}` }] } },
      groups: { sales: { operators: ['anna'], country: 'RU' } },
      callbacks: { default: { group: 'sales' } },
      projects: {
        shop: {
          sites: [site],
          siteNumbers: [SITE_NUMBER],
          country: 'RU',
          dialplan: 'inbound',
          rules: [{ name: 'paid', when: 'medium == "cpc"', show: { pool: 'ads' } }],
        },
      },
      pools: { ads: { project: 'shop' } },
    },
  });
  opened.program = program;
  for (const index of [1, 2]) await program.dialtrace.services.store.numbers.put(poolNumber(index));
  return program;
}

async function phone(...[options]: Parameters<typeof openPhone>): Promise<Phone> {
  const one = await openPhone(options);
  opened.phones.push(one);
  return one;
}

async function visit(program: Program, campaign: string): Promise<string> {
  const url = `https://shop.example/sale?utm_source=google&utm_medium=cpc&utm_campaign=${campaign}`;
  const answer = await fetch(`${program.dialtrace.url}/dni/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', origin: 'https://shop.example', 'user-agent': PERSON },
    body: JSON.stringify({ project: 'shop', url, numbers: [SITE_NUMBER] }),
  });
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as { readonly numbers: readonly { readonly number: string | null }[] };
  return body.numbers[0]?.number ?? 'none';
}

/** A page of a shop on a port of the system's choice; `API` in it is filled in later. */
async function openShop(): Promise<{ readonly origin: string; readonly server: Server; api: string }> {
  const shop = { origin: '', api: '', server: createServer() };
  shop.server.on('request', (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="ru"><title>Shop</title><link rel="icon" href="data:,">
      <script src="${shop.api}/dni.js?project=shop"></script><body><p id="number">8 (495) 000-00-00</p>`);
  });
  await new Promise<void>((listening) => void shop.server.listen(0, '127.0.0.1', listening));
  shop.origin = `http://127.0.0.1:${(shop.server.address() as AddressInfo).port}`;
  return shop;
}

async function numberInBrowser(origin: string, campaign: string): Promise<string> {
  // A browser steered by a program says so; people's do not.
  const browser = await openBrowser(['--disable-blink-features=AutomationControlled']);
  try {
    const page = await (await browser.newContext({ userAgent: PERSON })).newPage();
    await page.goto(`${origin}/sale?utm_source=google&utm_medium=cpc&utm_campaign=${campaign}`);
    await page.waitForFunction(`document.querySelector('#number').textContent !== '8 (495) 000-00-00'`);
    return await page.evaluate<string>('dialtrace.number().number');
  } finally {
    await browser.close();
  }
}

const SCRIPT = resolve(import.meta.dirname, '../../dist/dni/dni.js');
const noBrowser = noChromium ?? (existsSync(SCRIPT) ? undefined : `${SCRIPT} is not built`);

describe('a number shown to a visitor and called', { timeout: 60_000 }, () => {
  it.skipIf(noBrowser !== undefined)(
    `in a browser: names the campaign in the record and in the operator’s ear${noBrowser === undefined ? '' : ` (skipped: ${noBrowser})`}`,
    async () => {
      const anna = await phone({ user: 'anna', script: { onCall: { kind: 'answer' } } });
      const shop = await openShop();
      try {
        const program = await open(Number(/:(\d+)/.exec(anna.uri)?.[1]), shop.origin);
        shop.api = program.dialtrace.url;
        await isWhispered(program, await numberInBrowser(shop.origin, 'spring'));
      } finally {
        shop.server.close();
      }
    },
  );

  it('names the campaign in the record and in the operator’s ear', async () => {
    const anna = await phone({ user: 'anna', script: { onCall: { kind: 'answer' } } });
    const program = await open(Number(/:(\d+)/.exec(anna.uri)?.[1]));
    const number = await visit(program, 'spring');
    const other = await visit(program, 'autumn');
    expect([number, other].sort()).toEqual([did(1), did(2)]);
    await isWhispered(program, number);
  });
});

async function isWhispered(program: Program, number: string): Promise<void> {
  const caller = await phone({ user: '+79161234567' });
  const bridged = program.nextEvent('call.bridged');
  const talk = await caller.call(`sip:${number}@${program.sip}`);
  await bridged;
  await talk.hangUp();
  const { call, events } = await program.nextFinished();
  expect(call).toMatchObject({
    did: number,
    clientNumber: '+79161234567',
    disposition: 'answered',
    attribution: { outcome: 'attributed', source: 'google', medium: 'cpc', campaign: 'spring' },
  });
  expect(call.whisperText).toContain('spring');
  const heard = events.filter(({ name }) => name === 'prompt.spoken').map(({ payload }) => payload['text']);
  expect(heard.join(' ')).toContain('google');
  expect(await program.dialtrace.services.store.attributions.ofCall(call.id)).toMatchObject({
    number,
    labels: { campaign: 'spring' },
    touches: [{ source: 'google', campaign: 'spring' }],
  });
}

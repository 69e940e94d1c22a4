/** The console page in a real browser, on a real call: what a person sees, reads and hears. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { untilFinished } from '../../src/cli/demo/follow.js';
import { postPush } from '../../src/cli/demo/push.js';
import { CLIENT_NUMBER, setStage, type Stage } from '../../src/cli/demo/stage.js';
import { hashKey } from '../../src/http/auth.js';
import { noChromium, openBrowser, openPage, type WatchedPage } from '../support/http/chromium.js';
import { openHttpBed } from '../support/http/http-bed.js';
import { aCall, aDeal, aLead, anEvent, branded } from '../support/store/samples.js';

const PAGE = resolve(import.meta.dirname, '../../dist/console');
const missing =
  noChromium ?? (existsSync(join(PAGE, 'index.html')) ? undefined : 'dist/console is not built');
const suite = missing === undefined ? 'the console page' : `the console page (skipped: ${missing})`;
const TALK_SECONDS = 4;

/** In a second window, while the call goes on: the talk with what may be done to it, and the operator busy; then nothing. */
async function seesItLive(browser: Browser, url: string): Promise<void> {
  const live = await openPage(browser);
  const { page } = live;
  await page.goto(`${url}/#/live`);
  await page.getByRole('list', { name: 'Operators' }).getByText('busy').waitFor();
  const talks = page.getByRole('list', { name: 'Calls going on' });
  await talks.getByRole('button', { name: 'Barge in' }).waitFor();
  await talks.getByRole('link', { name: CLIENT_NUMBER }).waitFor();
  await page.getByText('Nobody is on the phone').waitFor();
  expect(live.complaints).toEqual([]);
  await live.close();
}

describe.skipIf(missing !== undefined)(suite, () => {
  let browser: Browser;
  let directory: string;
  let stage: Stage;
  let desktop: WatchedPage;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialtrace-page-'));
    [browser, stage] = await Promise.all([
      openBrowser(),
      setStage({ directory, locale: 'en', talkSeconds: TALK_SECONDS, environment: {} }),
    ]);
    desktop = await openPage(browser);
  });
  afterAll(async () => {
    await browser.close();
    await stage.close();
    await rm(directory, { recursive: true });
  });

  it('says what to do while there is nothing, and that it is live', async () => {
    const { page } = desktop;
    await page.goto(stage.dialtrace.url);
    await page.getByText('No leads yet').waitFor();
    await page.getByRole('status').getByText('live', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Calls' }).click();
    await page.getByText('No calls yet').waitFor();
    await page.getByRole('tab', { name: 'Leads' }).click();
  });

  it('shows a lead and its call while they happen, without a reload', { timeout: 60_000 }, async () => {
    const { page } = desktop;
    const { dialtrace, connection, appSecret } = stage;
    const finished = untilFinished(dialtrace.services.events, AbortSignal.timeout(50_000), () => undefined);
    await postPush(
      `${dialtrace.url}/hooks/tiktok/${connection.id}`,
      appSecret,
      {
        phone: CLIENT_NUMBER,
        name: 'Ivan Petrov',
        form: 'Spring offer',
        ad: 'Blue boots',
        campaign: 'Shoes',
        at: Date.now(),
      },
      Date.now,
    );
    await page.getByRole('link', { name: /Ivan Petrov.*calling/s }).waitFor();
    await page.getByRole('link', { name: /Ivan Petrov/ }).click();
    await page.getByRole('link', { name: 'Open the call' }).click();
    const timeline = page.getByRole('list', { name: 'Timeline' });
    await timeline.getByText('Operator anna is ringing').waitFor();
    await seesItLive(browser, dialtrace.url);
    await finished.callId;
    await timeline.getByText('They hear each other').waitFor();
    await timeline.getByText('Recording checked').waitFor();
    await page.getByRole('article').getByText('answered', { exact: true }).first().waitFor();
    expect(await page.getByRole('figure').innerText()).toContain(
      'Form: Spring offer. Ad: Blue boots. Client: Ivan Petrov.',
    );
    expect(await page.getByRole('list', { name: 'Legs' }).innerText()).toMatch(
      /operator[\s\S]*anna[\s\S]*client[\s\S]*\+7916/,
    );
  });

  it('plays the recording, by mouse and by keys', async () => {
    const { page } = desktop;
    const recording = page.getByRole('region', { name: 'Recording' });
    expect(await recording.innerText()).toMatch(/operator\s+client/);
    const position = page.getByRole('slider', { name: 'Position in the recording' });
    await recording.getByText(`0:00 / 0:0${TALK_SECONDS}`).waitFor();
    const height = await recording.boundingBox();
    await recording.getByRole('button', { name: 'Play' }).click();
    await recording.getByRole('button', { name: 'Pause' }).waitFor();
    await recording.getByText(`0:01 / 0:0${TALK_SECONDS}`).waitFor();
    await position.press(' ');
    await recording.getByRole('button', { name: 'Play' }).waitFor();
    await position.press('ArrowRight');
    await recording.getByText(`0:0${TALK_SECONDS} / 0:0${TALK_SECONDS}`).waitFor();
    expect((await recording.boundingBox())?.height).toBe(height?.height);
  });

  it('keeps what people say about the call', async () => {
    const { page } = desktop;
    await page.getByRole('combobox', { name: 'Tags' }).fill('vip');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Note' }).fill('Wants <b>size 42</b>');
    await page.getByRole('combobox', { name: 'Outcome' }).click();
    await page.getByRole('option', { name: 'not target' }).click();
    await page.getByText(/^by /).waitFor();
    await page.reload();
    await page.getByText('vip', { exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe('Wants <b>size 42</b>');
    expect(await page.getByRole('combobox', { name: 'Outcome' }).inputValue()).toBe('not target');
  });

  it('finds by phone and state, and shows the speed', async () => {
    const { page } = desktop;
    const call = page.url();
    await page.getByRole('searchbox', { name: 'Phone' }).fill('+7 (916) 123-45-67');
    await page.getByRole('link', { name: new RegExp(`\\${CLIENT_NUMBER}`) }).waitFor();
    await page.getByRole('searchbox', { name: 'Phone' }).fill('+1');
    await page.getByText('No calls like this').waitFor();
    await page.getByRole('tab', { name: 'Speed' }).click();
    const row = page.getByRole('table', { name: 'Speed to lead' }).getByRole('row', { name: /sales/ });
    expect(await row.innerText()).toMatch(/sales\s+1\s+[\d.]+ s/);
    expect(await row.getByRole('img').count()).toBe(4);
    await page.goto(call);
    await page.getByRole('heading', { name: CLIENT_NUMBER }).waitFor();
  });

  it('is linked, reloaded and left by the back button', async () => {
    const { page } = desktop;
    const call = page.url();
    expect(call).toMatch(/#\/calls\/\w+$/);
    await page.reload();
    await page.getByRole('heading', { name: CLIENT_NUMBER }).waitFor();
    await page.getByRole('link', { name: 'Open the lead' }).click();
    await page.getByRole('heading', { name: 'Ivan Petrov' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: CLIENT_NUMBER }).waitFor();
    expect(page.url()).toBe(call);
  });

  it('is walked by the keyboard', async () => {
    const { page } = desktop;
    await page.goto(`${stage.dialtrace.url}/#/leads`);
    await page.getByRole('link', { name: /Ivan Petrov/ }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Ivan Petrov' }).waitFor();
    expect(await page.getByRole('link', { name: /Ivan Petrov/ }).getAttribute('aria-current')).toBe('true');
    await page.getByRole('tab', { name: 'Leads' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('link', { name: new RegExp(`\\${CLIENT_NUMBER}`) }).waitFor();
  });

  it('fits a phone: list, view and back, nothing cut off', async () => {
    const narrow = await openPage(browser, {
      viewport: { width: 360, height: 740 },
      isMobile: true,
      colorScheme: 'dark',
    });
    const { page } = narrow;
    await page.goto(stage.dialtrace.url);
    await page.getByRole('link', { name: /Ivan Petrov/ }).click();
    await page.getByRole('heading', { name: 'Ivan Petrov' }).waitFor();
    expect(await page.getByRole('tab', { name: 'Leads' }).isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('link', { name: 'All leads' }).click();
    await page.getByRole('tab', { name: 'Leads' }).waitFor();
    expect(narrow.complaints).toEqual([]);
    await narrow.close();
  });

  it('shows the API description under the same strict headers', async () => {
    const docs = await openPage(browser);
    await docs.page.goto(`${stage.dialtrace.url}/docs/`);
    await docs.page.getByText('A lead to call back').waitFor();
    expect(docs.complaints).toEqual([]);
    await docs.close();
  });

  it('left no complaint in the browser', () => {
    expect(desktop.complaints).toEqual([]);
  });

  it('plays a time that was spoken, and sets it', async () => {
    const { page } = desktop;
    const { store } = stage.dialtrace.services;
    const [call] = (await store.calls.list({ limit: 1 })).items;
    const id = call?.id ?? branded('none');
    const [talk] = await store.recordings.ofCall(id);
    if (talk === undefined) throw new Error('the talk was recorded');
    await store.recordings.add({
      ...talk,
      id: branded('spoken'),
      box: 'spoken-time',
      channelRoles: ['operator'],
    });
    await page.goto(`${stage.dialtrace.url}/#/calls/${id}`);
    await page.reload();
    const spoken = page.getByRole('region', { name: 'Spoken time' });
    await spoken.getByText(`0:00 / 0:0${TALK_SECONDS}`).waitFor();
    await spoken.getByRole('button', { name: 'Play' }).click();
    await spoken.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByText('Nobody has set it yet.').waitFor();
    await page.getByLabel('The client wants to be called at').fill('2099-12-31T10:00');
    await page.getByRole('button', { name: 'Set the time' }).click();
    await page.getByText(/^Set to /).waitFor();
    const laterAt = new Date(await page.evaluate(() => new Date('2099-12-31T10:00').toISOString())).getTime();
    expect((await store.calls.byId(id))?.outcome).toMatchObject({ mark: 'later', laterAt });
    const [waits] = await store.leads.openOfPhone(branded(CLIENT_NUMBER));
    expect(waits).toMatchObject({ reason: 'follow-up', willCallAt: laterAt });
  });
});

describe.skipIf(missing !== undefined)(`${suite}, locked or in trouble`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it('asks for a key, says when it is wrong, and opens with a good one', async () => {
    const bed = await openHttpBed({ http: { access: 'keys', consoleDirectory: PAGE } });
    const url = await bed.server.listen({ host: '127.0.0.1', port: 0 });
    const key = `dt_console0_${'k'.repeat(43)}`;
    await bed.services.store.apiKeys.add({
      id: branded('key'),
      name: 'console',
      prefix: 'console0',
      hash: hashKey(key),
      scopes: ['read'],
      createdAt: 1,
    });
    const opened = await openPage(browser);
    const { page } = opened;
    await page.goto(url);
    const field = page.getByLabel('API key', { exact: true });
    await field.fill(`dt_console0_${'x'.repeat(43)}`);
    await page.keyboard.press('Enter');
    await page.getByText('the API key is not known or was revoked').waitFor();
    await field.fill(key);
    await page.keyboard.press('Enter');
    await page.getByText('No leads yet').waitFor();
    expect(page.url()).not.toContain(key);
    await opened.close();
    await bed.close();
  });

  it('shows what advertising brought and cost; names of campaigns stay texts', async () => {
    const bed = await openHttpBed({ http: { consoleDirectory: PAGE } });
    const url = await bed.server.listen({ host: '127.0.0.1', port: 0 });
    const day = new Date().toISOString().slice(0, 10);
    const cost = { project: 'shop', source: 'mail', medium: 'email', currency: 'EUR', day, amount: 12.5 };
    await bed.services.store.costs.put({ ...cost, campaign: '<img src=x onerror=alert(1)>' });
    const at = Date.now() - 1000;
    const sale = { status: 'won', amount: 50, currency: 'EUR', openedAt: at, at } as const;
    await bed.services.store.deals.add(aDeal({ ...sale, labels: { source: 'mail' } }));
    await bed.services.store.leads.add(aLead({ receivedAt: at, ad: '<b>video</b>' }));
    const opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${url}/#/sources`);
    const table = page.getByRole('table', { name: 'Sources' });
    await table.getByRole('row', { name: /^mail .*12.5 EUR.* 1 50 EUR 300%/ }).waitFor();
    await page.getByRole('combobox', { name: 'By', exact: true }).click();
    await page.getByRole('option', { name: 'campaign' }).click();
    await table.getByText('<img src=x onerror=alert(1)>').waitFor();
    const leads = page.getByRole('table', { name: 'Forms and ads' });
    await page.getByRole('radiogroup', { name: 'Leads by' }).getByText('ad', { exact: true }).click();
    await leads.getByRole('row', { name: '<b>video</b> 1 0 0 0' }).waitFor();
    expect(await page.getByRole('link', { name: 'Download the leads as CSV' }).getAttribute('href')).toMatch(
      /leads\.csv\?by=ad&from=2/,
    );
    expect(await page.getByRole('link', { name: 'Download CSV' }).getAttribute('href')).toMatch(
      /sources\.csv\?project=shop&by=campaign&from=2/,
    );
    expect(await page.locator('img').count()).toBe(0);
    await opened.close();
    await bed.close();
  });

  it('leads from a call to its card in the CRM, if that is an address', async () => {
    const bed = await openHttpBed({ http: { consoleDirectory: PAGE } });
    const url = await bed.server.listen({ host: '127.0.0.1', port: 0 });
    const { calls, events } = bed.services.store;
    await calls.add(aCall());
    const card = (id: string, to: string) =>
      anEvent(id, {
        name: 'crm.linked',
        callId: branded('call-1'),
        payload: { destination: 'crm', url: to },
      });
    await events.append([card('e1', 'https://crm.example/card/1')]);
    const opened = await openPage(browser);
    const { page } = opened;
    await page.goto(`${url}/#/calls/call-1`);
    const link = page.getByRole('link', { name: 'Open in the CRM' });
    expect(await link.getAttribute('href')).toBe('https://crm.example/card/1');
    await events.append([card('e2', 'javascript:alert(1)')]);
    await page.reload();
    await page.getByText('Has a card in crm').first().waitFor();
    expect(await link.count()).toBe(0);
    await opened.close();
    await bed.close();
  });

  it('says why nothing can be shown, and recovers', async () => {
    const bed = await openHttpBed({ http: { consoleDirectory: PAGE } });
    const url = await bed.server.listen({ host: '127.0.0.1', port: 0 });
    const opened = await openPage(browser);
    const { page } = opened;
    let trouble = true;
    await page.route('**/v1/leads?*', (route) =>
      trouble
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: '{"detail":"The store is full."}',
          })
        : route.continue(),
    );
    await page.goto(url);
    await page.getByRole('alert').getByText('The store is full.').waitFor();
    await page.getByText(/^check .*switch/).waitFor();
    trouble = false;
    await bed.request({ method: 'POST', url: '/v1/leads', payload: { name: 'Olga' } });
    await page.getByRole('link', { name: /Olga.*no phone/s }).waitFor();
    await opened.close();
    await bed.close();
  });
});

/**
 * An operator at the console's phone gives a client away: to a colleague and to a number, at once and after a word with
 * him. Chromium against the whole program; colleague and client are test phones.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../src/cli/chaos/free-port.js';
import type { Phone, PhoneCall, PhoneScript } from '../../src/phone/api.js';
import { CLIENT, openOffice, type Office } from '../support/callbacks/office.js';
import { openBrowser, openPage, type WatchedPage } from '../support/http/chromium.js';
import { toneOf, untilFrames, untilHeard, untilLoud } from '../support/media/scratch.js';
import { SOFTPHONE_FLAGS } from '../support/switch/browser-phone.js';
import { LISTEN, LOUD, noConsolePhone, signIn, untilReady } from '../support/switch/console-phone.js';
import { kind, startServers } from '../support/switch/test-switch.js';

const CLIENT_TONE = 1330;
const BORIS_TONE = 900;
const suite =
  noConsolePhone === undefined
    ? 'transfer from the page'
    : `transfer from the page (skipped: ${noConsolePhone})`;

const answering = (hertz: number): PhoneScript => ({
  onCall: { kind: 'answer', ringing: { kind: 'plain' } },
  play: toneOf(hertz, 60_000),
});

/** Where the page registers, and the settings that say so. */
async function webSocketOf() {
  if (kind === 'external') {
    const { webSocket = '' } = await startServers();
    return { softphone: { webSocketUrl: webSocket } };
  }
  const webSocket = { port: await freePort() };
  const sip = { address: '127.0.0.1', port: 0, webSocket };
  return { switch: { sip, rtp: { address: '127.0.0.1' } } };
}

describe.skipIf(noConsolePhone !== undefined)(suite, { timeout: 30_000 }, () => {
  let browser: Browser;
  let office: Office;
  let boris: Phone;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    [browser, office] = await Promise.all([
      openBrowser(SOFTPHONE_FLAGS),
      webSocketOf().then((settings) =>
        openOffice({
          client: answering(CLIENT_TONE),
          settings,
          telephony: {
            operators: { anna: {}, boris: { displayName: 'Boris', extension: '102' }, clara: {} },
            groups: { sales: { operators: ['anna', 'boris', 'clara'], country: 'DE', dialOut: {} } },
          },
        }),
      ),
    ]);
    await office.operator.close();
    boris = await office.phoneOf('boris', answering(BORIS_TONE));
    watched = await openPage(browser);
    page = watched.page;
    page.setDefaultTimeout(10_000);
    await page.goto(`${office.dialtrace.url}/#/phone`);
    await signIn(page, 'anna', await office.passwordOf('anna'));
    await untilReady(page);
  }, 40_000);
  afterAll(async () => {
    await browser.close();
    await office.close();
  });

  let client: PhoneCall;
  beforeEach(async () => {
    boris.setScript(answering(BORIS_TONE));
    const bridged = office.nextEvent('call.bridged');
    await office.dialtrace.app.startCall({ number: CLIENT, operator: 'anna', order: 'operator-first' });
    await page.getByRole('button', { name: 'Accept' }).click();
    await bridged;
    client = office.client.calls.at(-1)!;
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      await Promise.all([...office.client.calls, ...boris.calls].map((call) => call.hangUp()));
    else await office.untilNothingIsLeft();
    expect(watched.complaints).toEqual([]);
  });

  const field = () => page.getByRole('combobox', { name: 'Transfer to' });
  const choose = (whom: string) => field().fill(whom);
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const consultation = () => page.getByRole('region', { name: 'Consultation' });
  const given = (to: string) => page.getByText(`Transferred to ${to}.`).waitFor();

  it('shows who is free, and gives the client to a colleague at once', async () => {
    await field().click();
    await page.getByRole('option', { name: 'clara' }).getByText('unreachable').waitFor();
    const option = page.getByRole('option', { name: 'Boris (boris)' });
    await option.getByText('free').waitFor();
    await option.click();
    await press('Transfer');
    await given('boris');
    await untilHeard(client.port, BORIS_TONE);
    await client.hangUp();
  });

  it('says why a transfer failed, and goes on; then to a number that may be dialled', async () => {
    for (const [to, why] of [
      ['+33142685300', 'may not be called from your phone'],
      ['nobody', 'is no operator and no number'],
      ['clara', 'did not answer or is not there'],
    ] as const) {
      await choose(to);
      await press('Transfer');
      await page.getByRole('alert').getByText(`${to} ${why}. The talk goes on.`).waitFor();
    }
    boris.setScript({ onCall: { kind: 'reject', status: 486 } });
    await choose('102');
    await press('Transfer');
    await page.getByRole('alert').getByText('102 is busy or declined. The talk goes on.').waitFor();
    await untilLoud(client.port);
    await choose('030 765432');
    await press('Transfer');
    await given('030 765432');
    const other = office.client.calls.at(-1)!;
    expect(other.request?.uri).toContain('30765432');
    await untilHeard(other.port, CLIENT_TONE);
    await client.hangUp();
  });

  it('asks the colleague first, unheard by the client, and connects them', async () => {
    await choose('boris');
    await press('Ask first');
    await consultation().getByText('talking').waitFor();
    const [asked] = boris.calls;
    const heard: number[] = [];
    const stop = client.port.listen((frame) => heard.push(...frame));
    await untilLoud(asked!.port);
    await page.evaluate(LISTEN);
    await expect.poll(() => page.evaluate(LOUD)).toBe(true);
    // The microphone beeps each second.
    await untilFrames(asked!.port, 60);
    stop();
    expect(heard.every((sample) => Math.abs(sample) < 500)).toBe(true);
    await press('Connect them');
    await given('boris');
    await untilHeard(client.port, BORIS_TONE);
    await untilHeard(boris.calls[0]!.port, CLIENT_TONE);
    await client.hangUp();
  });

  it('takes the client back: from a colleague who declines, and after a word with him', async () => {
    boris.setScript({ onCall: { kind: 'reject', status: 486 } });
    await choose('boris');
    await press('Ask first');
    await page.getByRole('alert').getByText('boris: Not available. The talk goes on.').waitFor();
    await untilLoud(client.port);
    boris.setScript(answering(BORIS_TONE));
    await choose('boris');
    await press('Ask first');
    await consultation().getByText('talking').waitFor();
    await press('Take back');
    await page.getByRole('button', { name: 'Hold' }).waitFor();
    await untilLoud(client.port);
    expect(await page.getByText('Click the page').count()).toBe(0);
    await client.hangUp();
  });

  it('connects while the colleague’s phone still rings; without the client the colleague stays', async () => {
    boris.setScript({
      ...answering(BORIS_TONE),
      onCall: { kind: 'answer', afterMs: 800, ringing: { kind: 'plain' } },
    });
    await choose('boris');
    await press('Ask first');
    await expect.poll(() => boris.calls.length).toBe(1);
    await press('Connect them');
    await given('boris');
    await untilHeard(client.port, BORIS_TONE);
    await client.hangUp();
  });

  it('stays with the colleague when the client hangs up meanwhile', async () => {
    await choose('boris');
    await press('Ask first');
    await consultation().getByText('talking').waitFor();
    await client.hangUp();
    await page.getByText('your colleague is still there').waitFor();
    await untilLoud(boris.calls[0]!.port);
    await press('End the call');
  });
});

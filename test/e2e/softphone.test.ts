/** The console's phone in a real browser: an operator takes a lead there, from the ring to the recording. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { untilFinished } from '../../src/cli/demo/follow.js';
import { postPush } from '../../src/cli/demo/push.js';
import { CLIENT_NUMBER, CLIENT_TONE, setStage, type Stage } from '../../src/cli/demo/stage.js';
import { freePort } from '../../src/cli/chaos/free-port.js';
import { setSipPassword } from '../../src/main/sip-password.js';
import type { EventName } from '../../src/domain/calls/events.js';
import { openBrowser, openPage, type WatchedPage } from '../support/http/chromium.js';
import { untilFrames } from '../support/media/scratch.js';
import { SOFTPHONE_FLAGS } from '../support/switch/browser-phone.js';
import { LISTEN, LOUD, noConsolePhone, signIn, untilReady } from '../support/switch/console-phone.js';
import { kind, startServers } from '../support/switch/test-switch.js';
import { openRelay, type Relay } from '../support/switch/relay.js';
import { usualToneShare } from '../support/switch/rtp-line.js';
import { readStereo } from '../support/switch/tone-file.js';

const suite =
  noConsolePhone === undefined ? 'the softphone page' : `the softphone page (skipped: ${noConsolePhone})`;
const PASSWORD = 'anna at the browser';

/** The answer of a browser whose person said no. */
const FORBID = `navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))`;
const ALLOW = `delete navigator.mediaDevices.getUserMedia`;

/** The embedded switch, or with SWITCH=external the servers that test-switch.ts knows; and where its WebSocket is. */
async function switchOf() {
  if (kind !== 'external') {
    const port = await freePort();
    return { port, environment: { DIALTRACE_SWITCH__SIP__WEBSOCKET: JSON.stringify({ port }) } };
  }
  const { signalling, media, sip, webSocket = '' } = await startServers();
  const environment = {
    DIALTRACE_SWITCH__KIND: 'external',
    DIALTRACE_SWITCH__SIGNALLING: JSON.stringify({ ...signalling, secret: 'env:SIGNALLING_SECRET' }),
    DIALTRACE_SWITCH__MEDIA: JSON.stringify({ ...media, secret: 'env:MEDIA_SECRET' }),
    DIALTRACE_SIP: sip,
    SIGNALLING_SECRET: signalling.secret,
    MEDIA_SECRET: media.secret,
  };
  return { port: Number(new URL(webSocket).port), environment };
}

describe.skipIf(noConsolePhone !== undefined)(suite, { timeout: 60_000 }, () => {
  let browser: Browser;
  let directory: string;
  let stage: Stage;
  let watched: WatchedPage;
  let page: Page;
  let line: Relay;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialtrace-softphone-'));
    const { port, environment: servers } = await switchOf();
    line = await openRelay('127.0.0.1', port);
    const environment = { ...servers, DIALTRACE_SOFTPHONE__WEBSOCKETURL: `ws://127.0.0.1:${line.port}` };
    [browser, stage] = await Promise.all([
      openBrowser(SOFTPHONE_FLAGS),
      setStage({ directory, locale: 'en', talkSeconds: 60, environment }),
    ]);
    await stage.operator.close();
    await setSipPassword(stage.dialtrace.services.store, {
      user: 'anna',
      realm: 'dialtrace',
      password: PASSWORD,
      algorithms: ['MD5', 'SHA-256'],
    });
    watched = await openPage(browser);
    page = watched.page;
  }, 40_000);
  afterAll(async () => {
    await browser.close();
    await stage.close();
    await line.close();
    await rm(directory, { recursive: true });
  });

  /** The next event of this name. */
  const next = (wanted: EventName) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${wanted} did not come`)), 15_000);
      const stop = stage.dialtrace.services.events.subscribe(({ name }) => {
        if (name !== wanted) return;
        clearTimeout(late);
        stop();
        resolve();
      });
    });

  it('does not take a wrong password, and says so', async () => {
    await page.goto(`${stage.dialtrace.url}/#/phone`);
    await signIn(page, 'anna', 'a guess');
    await page.getByRole('alert').getByText('User or password is wrong').waitFor();
    await signIn(page, 'anna', PASSWORD);
    await untilReady(page);
    expect(watched.complaints).toEqual([]);
  });

  it('shows whether the microphone is heard', async () => {
    const check = page.getByRole('button', { name: 'Check the microphone' });
    await page.evaluate(FORBID);
    await check.click();
    await page.getByRole('alert').getByText('may not use the microphone').waitFor();
    await page.evaluate(ALLOW);
    await check.click();
    await page.getByText('You are heard.').waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
  });

  it('keeps the line over a reload', async () => {
    await page.reload();
    await untilReady(page);
  });

  it('dials a star code', async () => {
    const { url } = stage.dialtrace;
    const standing = async () => await (await fetch(`${url}/v1/operators`)).json();
    await page.getByLabel('Number or star code').fill('*42');
    await page.getByRole('button', { name: 'Call' }).click();
    await expect.poll(standing).toMatchObject({ items: [{ name: 'anna', duty: 'paused' }] });
    await page.getByText('The call has ended.').waitFor();
    await stage.dialtrace.app.setDuty({ operator: 'anna', duty: 'on', by: 'api' });
  });

  it('rings with the lead, whispers, takes the key, and records both', async () => {
    const { dialtrace, connection, appSecret } = stage;
    const finished = untilFinished(dialtrace.services.events, AbortSignal.timeout(50_000), () => undefined);
    const push = {
      phone: CLIENT_NUMBER,
      name: 'Ivan Petrov',
      form: 'Spring offer',
      ad: 'Blue boots',
      campaign: 'Shoes',
      at: Date.now(),
    };
    await postPush(`${dialtrace.url}/hooks/tiktok/${connection.id}`, appSecret, push, Date.now);
    const card = page.getByRole('region', { name: 'Incoming call' });
    await card.getByRole('heading', { name: 'Ivan Petrov' }).waitFor();
    const shown = await card.innerText();
    for (const text of ['Spring offer', 'Blue boots', 'Shoes', CLIENT_NUMBER]) expect(shown).toContain(text);
    await card.getByRole('button', { name: 'Accept' }).click();
    await page.getByRole('status').getByText('talking').waitFor();
    await page.evaluate(LISTEN);
    await expect.poll(() => page.evaluate(LOUD), { timeout: 10_000 }).toBe(true);
    const bridged = next('call.bridged');
    await page.getByRole('button', { name: 'Key 1' }).click();
    await bridged;
    const [called] = stage.client.calls;
    // Four seconds have three beeps of the browser's microphone.
    await untilFrames(called!.port, 200);
    await called!.hangUp();
    await page.getByText('The call has ended.').waitFor();
    const [recording] = await dialtrace.services.store.recordings.ofCall(await finished.callId);
    const [operator, client] = await readStereo(recording?.path ?? '');
    expect(usualToneShare(client, CLIENT_TONE)).toBeGreaterThan(0.5);
    expect(operator.some((sample) => Math.abs(sample) > 2000)).toBe(true);
    expect(watched.complaints).toEqual([]);
  });

  it('says that the line is down, and comes back by itself', async () => {
    line.cut('refuse');
    await page.getByRole('status').getByText('reconnecting').waitFor();
    await page.getByRole('alert').getByText('trying again').waitFor();
    line.restore();
    await untilReady(page);
  });

  /** anna talks with the client, from the Phone tab. */
  const talk = async (number: string) => {
    const bridged = next('call.bridged');
    await stage.dialtrace.app.startCall({ number, operator: 'anna', order: 'operator-first' });
    await page.getByRole('button', { name: 'Accept' }).click();
    await bridged;
    await page.getByRole('status').getByText('talking').waitFor();
    return stage.client.calls.at(-1)!;
  };
  /** Sooner than by the silence alone, which takes eight seconds. */
  const overSoon = () => page.getByText('The call has ended.').waitFor({ timeout: 6000 });

  it('hears the hang-up over the connection that it made after a cut', async () => {
    const client = await talk('+79161234571');
    line.cut('once');
    await page.getByRole('status').getByText('reconnecting').waitFor();
    await untilReady(page);
    await client.hangUp();
    await overSoon();
  });

  it('learns of a hang-up that it missed, and tells of its own, as soon as the line is back', async () => {
    const missed = await talk('+79161234572');
    line.cut('refuse');
    await page.getByRole('status').getByText('reconnecting').waitFor();
    expect(await page.getByRole('button', { name: 'Hold' }).isDisabled()).toBe(true);
    await missed.hangUp();
    line.restore();
    await overSoon();

    const left = await talk('+79161234573');
    line.cut('refuse');
    await page.getByRole('status').getByText('reconnecting').waitFor();
    await page.getByRole('button', { name: 'End the call' }).click();
    await page.getByText('The call has ended.').waitFor();
    expect(left.state).toBe('talking');
    line.restore();
    expect((await left.ended).by).toBe('them');
    await untilReady(page);
  });

  it('keeps the call in reach on other pages; holds, mutes', async () => {
    await page.getByRole('tab', { name: 'Leads' }).click();
    await fetch(`${stage.dialtrace.url}/v1/leads`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ phone: '+79161234568', name: 'Olga Orlova' }),
    });
    const dock = page.getByRole('region', { name: 'Call on your phone' });
    await dock.getByRole('button', { name: 'Accept' }).click();
    await dock.getByRole('link', { name: 'Open the phone' }).click();
    await page.getByRole('heading', { name: 'Olga Orlova' }).waitFor();
    const bridged = next('call.bridged');
    await page.getByRole('button', { name: 'Key 1' }).waitFor();
    await page.keyboard.press('1');
    await bridged;
    const held = next('leg.held');
    await page.getByRole('button', { name: 'Hold' }).click();
    await held;
    const resumed = next('leg.resumed');
    await page.getByRole('button', { name: 'Resume' }).click();
    await resumed;
    await page.getByRole('button', { name: 'Mute', exact: true }).click();
    await page.getByRole('button', { name: 'Unmute' }).waitFor();
    const ended = next('call.ended');
    await page.getByRole('button', { name: 'End the call' }).click();
    await ended;
    // The browser itself tells of each connection that was refused.
    expect(watched.complaints.filter((text) => !text.includes('WebSocket'))).toEqual([]);
  });
});

/** Browsers as phones: called and calling over a WebSocket, with WebRTC, on the embedded or the real servers. */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from 'playwright-core';
import { ha1Of } from '../../src/switch/phones/digest.js';
import type { RegistrarOptions } from '../../src/switch/options.js';
import { noChromium, openBrowser } from '../support/http/chromium.js';
import { openBrowserPhone, SOFTPHONE_FLAGS, type BrowserPhone } from '../support/switch/browser-phone.js';
import { openRelay, type Relay } from '../support/switch/relay.js';
import { openTestPhone, type TestPhone } from '../support/switch/test-phone.js';
import {
  kind,
  leavesNothing,
  missingServers,
  openTestSwitch,
  signalOf,
  until,
  type TestSwitch,
} from '../support/switch/test-switch.js';
import { openWsPhone } from '../support/sip/ws-phone.js';
import { toneShare } from '../support/switch/rtp-line.js';
import { writeTone } from '../support/switch/tone-file.js';

/** Hz. */
const RINGBACK = 425;
const PROMPT = 950;
const REALM = 'dialtrace.test';
const missing = missingServers() ?? noChromium;
const why = missing === undefined ? '' : `, skipped: ${missing}`;

describe.skipIf(missing !== undefined)(`browsers as phones (${kind}${why})`, { timeout: 20_000 }, () => {
  let bed: TestSwitch;
  let chromium: Browser;
  let browser: BrowserPhone;
  let phone: TestPhone;
  /** Between the browser and the switch. */
  let line: Relay;
  const registrar: RegistrarOptions = {
    realm: REALM,
    credentials: (user, realm, algorithm) => Promise.resolve(ha1Of(algorithm, user, realm, 'browser')),
  };

  beforeAll(async () => {
    bed = await openTestSwitch({ registrar });
    await writeTone(join(bed.folder, 'prompt.wav'), PROMPT, 10);
    phone = await openTestPhone({ user: 'ben' });
    chromium = await openBrowser(SOFTPHONE_FLAGS);
    const { hostname, port } = new URL(bed.webSocket ?? '');
    line = await openRelay(hostname, Number(port));
    browser = await openBrowserPhone(chromium, {
      url: `ws://127.0.0.1:${line.port}`,
      user: 'wanda',
      password: 'browser',
      realm: REALM,
    });
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await chromium.close();
    await phone.close();
    await line.close();
    await bed.close();
  });
  afterEach((test) => leavesNothing(bed, test));

  async function answered() {
    const leg = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
    await browser.reaches('incoming');
    await browser.answer();
    await signalOf(leg, 'answered');
    await browser.reaches('confirmed');
    return leg;
  }

  it('is called, heard, hears, and its keys come by RTP', async () => {
    const leg = await answered();
    const ring = bed.originate({ target: { kind: 'uri', uri: phone.uri } });
    const call = await phone.answer(await phone.nextCall());
    await signalOf(ring, 'answered');
    const bridge = leg.bridge(ring);
    call.line.say(440);
    await browser.hears(440);
    await until('the microphone is heard', () => call.line.heard.some((sample) => Math.abs(sample) > 3000));
    expect(toneShare(call.line.heard, 440)).toBeLessThan(0.5);
    await browser.session("sendDTMF('7', { transportType: 'RFC2833' })");
    expect((await signalOf(leg, 'key')).digit).toBe('7');
    await call.line.press('3');
    expect((await signalOf(ring, 'key')).digit).toBe('3');
    await browser.session('terminate()');
    await signalOf(leg, 'ended');
    await bridge.outcome;
    await ring.hangup('normal');
  });

  it('calls, hears what is played before and after the answer, and is hung up', async () => {
    await browser.call('sip:+4930123@dialtrace.test');
    const call = await bed.nextInbound();
    expect(call).toMatchObject({ dnis: '+4930123' });
    expect(await call.leg.openEarly()).toBe('open');
    call.leg.play([{ kind: 'tone', tone: 'ringback' }]);
    await browser.hears(RINGBACK);
    expect(await call.leg.answer()).toBe('answered');
    await browser.reaches('confirmed');
    call.leg.play([{ kind: 'file', path: join(bed.folder, 'prompt.wav') }]);
    await browser.hears(PROMPT);
    await call.leg.hangup('normal');
    await browser.reaches('ended: Terminated');
  });

  it('holds and resumes, and finds a new way after a change of its network', async () => {
    const leg = await answered();
    await Promise.all([signalOf(leg, 'held'), browser.changes('hold')]);
    await Promise.all([signalOf(leg, 'resumed'), browser.changes('unhold')]);
    await browser.changes('network');
    leg.play([{ kind: 'file', path: join(bed.folder, 'prompt.wav') }]);
    await browser.hears(PROMPT);
    await leg.hangup('normal');
    await browser.reaches('ended');
  });

  it('hears the hang-up over the connection that it made after a cut', async () => {
    const leg = await answered();
    line.cut('once');
    await browser.registers(2);
    await leg.hangup('normal');
    await browser.reaches('ended: Terminated');
  });

  it('is told that the call is over when the hang-up found no connection', async () => {
    const leg = await answered();
    line.cut('refuse');
    await browser.loses();
    await leg.hangup('normal');
    line.restore();
    await browser.registers(3);
    await browser.asks('UPDATE');
    await browser.reaches('ended');
  });

  it('declines, and is told when it need not ring any more', async () => {
    const declined = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
    await browser.reaches('incoming');
    await browser.session('terminate({ status_code: 603 })');
    expect((await signalOf(declined, 'ended')).ending).toMatchObject({ by: 'callee', sipStatus: 603 });
    const cancelled = bed.originate({ target: { kind: 'registered', user: 'wanda' } });
    await browser.reaches('incoming');
    await cancelled.hangup('normal');
    await browser.reaches('failed: Canceled');
  });

  it('is forgotten with the first call that does not reach it', async () => {
    const closed = await openWsPhone(bed.webSocket ?? '', REALM);
    expect(await closed.register('vera', 'browser')).toBe(200);
    await closed.close();
    const leg = bed.originate({ target: { kind: 'registered', user: 'vera' } });
    expect((await signalOf(leg, 'ended')).ending).toMatchObject({ sipStatus: 410 });
    expect(bed.switch.registrations().map(({ user }) => user)).not.toContain('vera');
  });
});

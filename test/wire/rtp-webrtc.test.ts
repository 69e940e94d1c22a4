/** A media port towards a browser, on real packets: ICE, DTLS, SRTP; without a browser (test/contract/switch-browser). */
import { afterEach, expect, it } from 'vitest';
import type { Media, MediaPort, PortOptions } from '../../src/media/api.js';
import { openMedia } from '../../src/media/open-media.js';
import { DTMF_EVENT_BYTES, writeDtmfEvent } from '../../src/wire/dtmf-event.js';
import { openBrowserEnd, type BrowserEnd } from '../support/media/browser-end.js';
import { until } from '../support/switch/test-switch.js';

const EVENTS = 126;
const BROWSER = { address: '127.0.0.1', port: 9 };
let media: Media;
let browser: BrowserEnd;
afterEach(async () => {
  await browser.close();
  await media.close();
});

async function openLine(options: Partial<PortOptions> = {}): Promise<MediaPort> {
  media = await openMedia({ address: '127.0.0.1' });
  browser = await openBrowserEnd();
  return media.openPort({
    remote: BROWSER,
    dtmfPayloadType: EVENTS,
    webRtc: browser.end,
    idle: 'silence',
    ...options,
  });
}

async function joined(port: MediaPort): Promise<void> {
  if (port.webRtc === undefined) throw new Error('the port is none for browsers');
  await browser.join(port.webRtc.end);
  await until('the browser hears', () => browser.heard.length > 0);
}

it('carries voice and keys both ways', async () => {
  const digits: string[] = [];
  const port = await openLine({ events: { digit: (digit) => void digits.push(digit) } });
  await joined(port);
  expect({ ...browser.heard[0], payload: browser.heard[0]?.payload.length }).toEqual({
    type: 0,
    payload: 160,
  });
  let loudest = 0;
  port.listen((frame) => {
    loudest = Math.max(loudest, ...frame);
  });
  // 0x80 is the loudest sample of µ-law.
  for (let packet = 0; packet < 10; packet += 1) browser.send(0, Buffer.alloc(160, 0x80));
  await until('the port hears', () => loudest > 30_000);
  const event = Buffer.alloc(DTMF_EVENT_BYTES);
  writeDtmfEvent(event, 0, { event: 5, phase: 'end', volume: 10, duration: 800 });
  browser.send(EVENTS, event, { timestamp: 99_999, marker: true });
  await until('the key is heard', () => digits.join('') === '5');
  await port.sendDigits('7', 60);
  expect(browser.heard.some(({ type }) => type === EVENTS)).toBe(true);
});

it('finds a new way when the browser has another network, with the same keys', async () => {
  const port = await openLine();
  await joined(port);
  const before = port.webRtc?.end;
  const again = await browser.restart();
  port.webRtc?.renegotiate(again);
  const after = port.webRtc?.end;
  expect(after?.ufrag).not.toBe(before?.ufrag);
  expect(after?.fingerprint).toEqual(before?.fingerprint);
  browser.heard.splice(0);
  await until('the old way is used meanwhile', () => browser.heard.length > 2);
  if (after !== undefined) await browser.rejoin(after);
  browser.heard.splice(0);
  await until('the browser hears again', () => browser.heard.length > 2);
});

it('is found by a browser that tells only names of mDNS', { timeout: 5000 }, async () => {
  media = await openMedia({ address: '127.0.0.1' });
  browser = await openBrowserEnd();
  const candidates = browser.end.candidates.map((each) => ({ ...each, address: 'ac2a7a24.local' }));
  const webRtc = { ...browser.end, candidates };
  await joined(await media.openPort({ remote: BROWSER, webRtc, idle: 'silence' }));
});

it('says nothing to somebody with another certificate', async () => {
  media = await openMedia({ address: '127.0.0.1' });
  browser = await openBrowserEnd();
  const fingerprint = { algorithm: 'sha-256', value: 'AA:'.repeat(31) + 'AA' };
  const webRtc = { ...browser.end, fingerprint };
  const port = await media.openPort({ remote: BROWSER, webRtc, idle: 'silence' });
  const frames = new Promise<void>((resolve) => {
    let count = 0;
    void browser.join(port.webRtc?.end ?? browser.end).then(() =>
      port.listen(() => {
        count += 1;
        if (count === 10) resolve();
      }),
    );
  });
  await frames;
  expect(port.stats.packetsSent).toBe(0);
  expect(browser.heard).toEqual([]);
});

it('takes its socket from the range of the room, and gives it back', async () => {
  const plain = await openMedia({ address: '127.0.0.1' });
  const { localPort } = await plain.openPort({});
  await plain.close();
  const range = { first: localPort, last: localPort };
  media = await openMedia({ address: '127.0.0.1', portRange: range });
  browser = await openBrowserEnd();
  const port = await media.openPort({ webRtc: browser.end });
  expect(port.localPort).toBe(localPort);
  expect(port.webRtc?.end.candidates).toMatchObject([
    { address: '127.0.0.1', port: localPort, type: 'host' },
  ]);
  await expect(media.openPort({ webRtc: browser.end })).rejects.toMatchObject({ code: 'port-in-use' });
  await port.close();
  await (await media.openPort({ webRtc: browser.end })).close();
});

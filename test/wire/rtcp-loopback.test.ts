/** RTCP of the media room on real sockets: what one port says of the other's packets, plain, secured, multiplexed. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import type { FarEndReport, Media, MediaPort, PortOptions, RtpSettings } from '../../src/media/api.js';
import { openMedia } from '../../src/media/open-media.js';
import { readRtcp } from '../../src/wire/rtcp-packet.js';
import { openBrowserEnd } from '../support/media/browser-end.js';
import { openLossyRelay } from '../support/media/lossy-relay.js';
import { until } from '../support/switch/test-switch.js';

let media: Media;
const rest: (() => Promise<void>)[] = [];
afterEach(async () => {
  await media.close();
  for (const close of rest.splice(0)) await close();
});

/** Reports several times a second instead of every 5 s. */
async function openRoom(): Promise<Media> {
  media = await openMedia({ address: '127.0.0.1', rtcpIntervalMs: 300 });
  return media;
}

async function openPort(
  options: PortOptions = {},
): Promise<{ readonly port: MediaPort; readonly told: FarEndReport[] }> {
  const told: FarEndReport[] = [];
  const port = await media.openPort({ ...options, events: { report: (report) => void told.push(report) } });
  return { port, told };
}

async function pair(both: Partial<RtpSettings> = {}, keys?: { readonly a: string; readonly b: string }) {
  const a = await openPort(both);
  const b = await openPort(both);
  const toward = (port: MediaPort) => ({ remote: { address: '127.0.0.1', port: port.localPort } });
  a.port.configure({ ...toward(b.port), ...(keys && { srtp: { send: keys.a, receive: keys.b } }) });
  b.port.configure({ ...toward(a.port), ...(keys && { srtp: { send: keys.b, receive: keys.a } }) });
  return { a, b };
}

const KEYS = {
  a: Buffer.alloc(30, 1).toString('base64'),
  b: Buffer.alloc(30, 2).toString('base64'),
};

it.each([
  ['one port above', {}, undefined],
  ['on the same port', { rtcp: 'muxed' as const }, undefined],
  ['encrypted', {}, KEYS],
  ['encrypted on the same port', { rtcp: 'muxed' as const }, KEYS],
])('tells what was sent and heard, and the round trip: %s', async (_, both, keys) => {
  await openRoom();
  const { a, b } = await pair(both, keys);
  await until('both know the round trip', () =>
    [a, b].every(({ port }) => port.stats.farEnd?.roundTripMs !== undefined),
  );
  const last = a.told.at(-1);
  expect(last?.sender?.packets).toBeGreaterThan(0);
  expect(last?.blocks[0]?.ssrc).toBe(a.port.stats.ssrc);
  expect(a.port.stats.farEnd).toMatchObject({ lost: 0, fractionLost: 0 });
  expect(a.port.stats.farEnd?.roundTripMs).toBeLessThan(200);
});

it('tells the far end what never reached it', async () => {
  await openRoom();
  const { a, b } = await pair();
  // A fifth of the way from A to B is lost; reports go past the relay.
  const relay = await openLossyRelay({
    portOfA: a.port.localPort,
    portOfB: b.port.localPort,
    treat: (_, index) => (index % 5 === 4 ? 0 : 1),
  });
  rest.push(() => relay.close());
  const control = (port: MediaPort) => ({ address: '127.0.0.1', port: port.localPort + 1 });
  a.port.configure({ remote: { address: '127.0.0.1', port: relay.portForA }, rtcp: control(b.port) });
  b.port.configure({ remote: { address: '127.0.0.1', port: relay.portForB }, rtcp: control(a.port) });
  const share = () => {
    const heard = a.told.filter(({ blocks }) => (blocks[0]?.fractionLost ?? 0) > 0);
    return (heard.at(-1)?.blocks[0]?.fractionLost ?? 0) / 256;
  };
  await until('a whole report is of the bad way', () => share() > 0.15);
  expect(share()).toBeLessThan(0.35);
});

it('says goodbye with its last report', async () => {
  await openRoom();
  const listener = createSocket('udp4');
  listener.bind(0, '127.0.0.1');
  await once(listener, 'listening');
  rest.push(() => new Promise<void>((resolve) => listener.close(() => resolve())));
  const { port } = await openPort({
    remote: { address: '127.0.0.1', port: 9 },
    rtcp: { port: listener.address().port },
  });
  const packets: Buffer[] = [];
  listener.on('message', (packet) => void packets.push(packet));
  await until('it reports', () => packets.length > 0);
  const { ssrc } = port.stats;
  await port.close();
  await until('it has left', () => packets.some((packet) => readRtcp(packet)?.gone.includes(ssrc)));
  const [name] = readRtcp(packets[0]!)?.names.values() ?? [];
  expect(name).toMatch(/^[0-9a-f]{24}$/);
});

it('reports to a browser inside its secured line, and hears its reports', async () => {
  await openRoom();
  const browser = await openBrowserEnd();
  rest.push(() => browser.close());
  const { port, told } = await openPort({
    remote: { address: '127.0.0.1', port: 9 },
    webRtc: browser.end,
    rtcp: 'muxed',
  });
  if (port.webRtc === undefined) throw new Error('the port is none for browsers');
  await browser.join(port.webRtc.end);
  for (let packet = 0; packet < 5; packet += 1) browser.send(0, Buffer.alloc(160, 0x80));
  await until('the browser has a report about itself', () =>
    browser.reports.some(({ reports }) => reports.length > 0),
  );
  browser.report(port.stats.ssrc, { fractionLost: 64, packetsLost: 12 });
  await until('the port has one too', () => told.some(({ blocks }) => blocks[0]?.fractionLost === 64));
  expect(port.stats.farEnd).toMatchObject({ fractionLost: 64, lost: 12 });
});

it('takes the odd ports of its range only when it reports', async () => {
  await openRoom();
  const { localPort } = await media.openPort({});
  const range = { first: localPort, last: localPort };
  await media.close();
  media = await openMedia({ address: '127.0.0.1', portRange: range, rtcpIntervalMs: 300 });
  const taken = createSocket('udp4');
  taken.bind({ port: localPort + 1, address: '127.0.0.1', exclusive: true });
  await once(taken, 'listening');
  await expect(media.openPort({})).rejects.toMatchObject({ code: 'port-in-use' });
  await new Promise<void>((resolve) => taken.close(() => resolve()));
  await (await media.openPort({})).close();
  await (await media.openPort({})).close();
});

/** The media room on real UDP sockets: what one port says is measured where another hears it. */
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { openMedia } from '../../src/media/open-media.js';
import { measurePacing } from '../../src/media/bench-pacing.js';
import { readDtmfEvent } from '../../src/wire/dtmf-event.js';
import { openLossyRelay } from '../support/media/lossy-relay.js';
import {
  clearestLevels,
  connectedPair,
  mediaTest as test,
  talkFor,
  toneOf,
} from '../support/media/scratch.js';

/** Level of a -10 dBm0 tone against a sine of full scale. */
const TONE_DBFS = -13.15;

function expectOnly(levels: readonly number[] | undefined, heard: number): void {
  for (const [index, level] of (levels ?? []).entries()) {
    if (index === heard) expect(Math.abs(level - TONE_DBFS)).toBeLessThan(0.5);
    else expect(level).toBeLessThan(TONE_DBFS - 35);
  }
}

// Real time on a machine that may be busy elsewhere: a stall longer than the jitter buffer is heard, and not our fault.
describe.concurrent('RTP between two ports', { retry: 2 }, () => {
  test.for(['PCMU', 'PCMA'] as const)(
    '%s: each hears the other, one party a channel',
    async (codec, { media, folder }) => {
      const payloadType = codec === 'PCMU' ? 0 : 8;
      const { a, b } = await connectedPair(media, { both: { codec, payloadType } });
      const path = join(folder, 'b.wav');
      const recording = b.record({ path, channels: 2 });
      const played = [a.play(toneOf(700, 900)), b.play(toneOf(1100, 900))];
      expect((await Promise.all(played.map((each) => each.ended))).map((each) => each.end)).toEqual([
        'done',
        'done',
      ]);
      await talkFor(100);
      recording.stop();
      const result = await recording.ended;
      expect(result.end).toBe('stopped');
      const [heard, said] = await clearestLevels(path, [700, 1100]);
      expectOnly(heard, 0);
      expectOnly(said, 1);
      expect(b.stats.lost).toBe(0);
      expect(b.stats.packetsReceived).toBeGreaterThan(40);
    },
  );

  test('three ports in two bridged legs: µ-law becomes A-law, and only the bridge is heard', async ({
    media,
    folder,
  }) => {
    const left = await connectedPair(media);
    const right = await connectedPair(media, { both: { codec: 'PCMA', payloadType: 8 } });
    left.b.bridge(right.a);
    expect(left.b.bridgedTo).toBe(right.a);
    const paths = { client: join(folder, 'client.wav'), talk: join(folder, 'talk.wav') };
    const recordings = [
      right.b.record({ path: paths.client, channels: 1, voices: 'far-end' }),
      left.b.record({ path: paths.talk, channels: 2 }),
    ];
    left.a.play(toneOf(600, 1000));
    await right.b.play(toneOf(900, 1000)).ended;
    await talkFor(150);
    for (const recording of recordings) recording.stop();
    await Promise.all(recordings.map((each) => each.ended));
    expectOnly((await clearestLevels(paths.client, [600, 900]))[0], 0);
    const [operator, client] = await clearestLevels(paths.talk, [600, 900]);
    expectOnly(operator, 0);
    expectOnly(client, 1);
    left.b.unbridge();
    expect(right.a.bridgedTo).toBeUndefined();
  });

  test('a playback on one bridged leg is heard there only, and the talk goes on after it', async ({
    media,
    folder,
  }) => {
    const left = await connectedPair(media);
    const right = await connectedPair(media);
    left.b.bridge(right.a);
    const paths = [join(folder, 'left.wav'), join(folder, 'right.wav')] as const;
    left.a.play(toneOf(500, 2000));
    right.b.play(toneOf(800, 2000));
    await talkFor(300);
    const recordings = [left.a, right.b].map((port, index) =>
      port.record({ path: paths[index === 0 ? 0 : 1], channels: 1, voices: 'far-end' }),
    );
    await left.b.play(toneOf(1300, 600)).ended;
    await talkFor(100);
    for (const recording of recordings) recording.stop();
    await Promise.all(recordings.map((each) => each.ended));
    expectOnly((await clearestLevels(paths[0], [1300, 500]))[0], 0);
    expectOnly((await clearestLevels(paths[1], [500, 800, 1300]))[0], 0);
  });

  test('every digit arrives once, also through a network that loses and doubles packets', async ({
    media,
  }) => {
    const digits: string[] = [];
    const a = await media.openPort({ dtmfPayloadType: 101 });
    const b = await media.openPort({
      dtmfPayloadType: 101,
      events: { digit: (digit) => digits.push(digit) },
    });
    const relay = await openLossyRelay({
      portOfA: a.localPort,
      portOfB: b.localPort,
      // Every third packet is lost, every fourth doubled; of the key 7 no end packet arrives at all.
      treat: (packet, index) => {
        const event = packet.length === 16 ? readDtmfEvent(packet, 12, 16) : undefined;
        if (event?.event === 7 && event.phase === 'end') return 0;
        return index % 3 === 0 ? 0 : index % 4 === 0 ? 2 : 1;
      },
    });
    a.configure({ remote: { address: '127.0.0.1', port: relay.portForA } });
    b.configure({ remote: { address: '127.0.0.1', port: relay.portForB } });
    await a.sendDigits('1720#', 100);
    await expect.poll(() => digits.join(''), { timeout: 5000 }).toBe('1720#');
    await talkFor(200);
    expect(digits.join('')).toBe('1720#');
    expect(b.stats.lost).toBeGreaterThan(5);
    await relay.close();
  });

  test('a bridge passes digits on, or keeps them', async ({ media, expect }) => {
    const heard: string[] = [];
    const left = await connectedPair(media);
    const right = await connectedPair(media, { b: { events: { digit: (digit) => heard.push(digit) } } });
    left.b.bridge(right.a, { passDigits: 'no' });
    await left.a.sendDigits('1', 60);
    await talkFor(300);
    left.b.bridge(right.a);
    await left.a.sendDigits('2', 60);
    left.b.injectDigit('3', 960);
    await expect.poll(() => heard.join(''), { timeout: 5000 }).toBe('23');
  });

  test('mute silences one direction and leaves the other', async ({ media, folder }) => {
    const { a, b } = await connectedPair(media);
    b.mute('read', 'on');
    a.mute('read', 'off');
    const paths = [join(folder, 'a.wav'), join(folder, 'b.wav')] as const;
    const recordings = [a.record({ path: paths[0], channels: 2 }), b.record({ path: paths[1], channels: 2 })];
    a.play(toneOf(700, 600));
    await b.play(toneOf(1100, 600)).ended;
    await talkFor(100);
    b.mute('read', 'off');
    b.mute('write', 'on');
    const second = join(folder, 'a2.wav');
    const muted = a.record({ path: second, channels: 1, voices: 'far-end' });
    await talkFor(100); // What was said before the mute has left the jitter buffer.
    await b.play(toneOf(1500, 500)).ended;
    for (const recording of [...recordings, muted]) recording.stop();
    await Promise.all([...recordings, muted].map((each) => each.ended));
    expectOnly((await clearestLevels(paths[0], [1100, 1500]))[0], 0);
    expect((await clearestLevels(paths[1], [700]))[0]![0]).toBeLessThan(-60);
    expect((await clearestLevels(second, [1500]))[0]![0]).toBeLessThan(-60);
  });

  test('a supervisor hears both, and whispers to whom he is told only', async ({ media, folder }) => {
    const operator = await connectedPair(media);
    const client = await connectedPair(media);
    const supervisor = await connectedPair(media);
    operator.b.bridge(client.a);
    const link = supervisor.b.eavesdrop(operator.b, { whisperTo: 'target' });
    operator.a.play(toneOf(500, 3000));
    client.b.play(toneOf(800, 3000));
    supervisor.a.play(toneOf(1200, 3000));
    await talkFor(300);
    const far = { channels: 1, voices: 'far-end' } as const;
    const record = (name: string) => [
      operator.a.record({ path: join(folder, `${name}-operator.wav`), ...far }),
      client.b.record({ path: join(folder, `${name}-client.wav`), ...far }),
      supervisor.a.record({ path: join(folder, `${name}-supervisor.wav`), ...far }),
      operator.b.record({ path: join(folder, `${name}-talk.wav`), channels: 2 }),
    ];
    const heardIn = async (name: string, who: string) => {
      const [levels] = await clearestLevels(join(folder, `${name}-${who}.wav`), [500, 800, 1200]);
      return (levels ?? []).map((level) => (level > TONE_DBFS - 1 ? 1 : level < TONE_DBFS - 35 ? 0 : level));
    };
    const during = async (name: string) => {
      const recordings = record(name);
      await talkFor(600);
      for (const recording of recordings) recording.stop();
      await Promise.all(recordings.map((each) => each.ended));
      return Promise.all(['operator', 'client', 'supervisor', 'talk'].map((who) => heardIn(name, who)));
    };
    expect(await during('target')).toEqual([
      [0, 1, 1],
      [1, 0, 0],
      [1, 1, 0],
      [1, 0, 0],
    ]);
    link.setWhisper('both');
    await talkFor(150);
    expect((await during('both')).slice(0, 3)).toEqual([
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    link.stop();
    await talkFor(150);
    expect((await during('none')).slice(0, 3)).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
  });

  test('tells once of a far end that fell silent, and uses the hold limit while on hold', async ({
    media,
  }) => {
    const silent: string[] = [];
    const { a, b } = await connectedPair(media, {
      a: { mediaTimeoutMs: 200, events: { mediaTimeout: () => silent.push('a') } },
      b: { mediaTimeoutMs: 200, mediaHoldTimeoutMs: 500, events: { mediaTimeout: () => silent.push('b') } },
    });
    await talkFor(300);
    expect(silent).toEqual([]);
    b.configure({ direction: 'sendonly' });
    a.configure({ direction: 'inactive' });
    await talkFor(350);
    expect(silent).toEqual([]);
    await expect.poll(() => silent.join(''), { timeout: 1000 }).toBe('b');
    await talkFor(300);
    expect(silent).toEqual(['b']);
  });

  test('one stream goes on through changes of source, and marks where it begins again', async ({
    media,
    expect,
  }) => {
    const packets: Buffer[] = [];
    const listener = createSocket('udp4', (packet) => packets.push(packet));
    await new Promise<void>((bound) =>
      listener.bind(0, '127.0.0.1', () => {
        bound();
      }),
    );
    const port = await media.openPort({
      idle: 'nothing',
      remote: { address: '127.0.0.1', port: listener.address().port },
    });
    await port.play(toneOf(500, 100)).ended;
    await port.play(toneOf(900, 100)).ended;
    await talkFor(200);
    await port.play({ kind: 'silence', ms: 100 }).ended;
    await expect.poll(() => packets.length, { timeout: 1000 }).toBeGreaterThanOrEqual(15);
    await port.close();
    listener.close();
    const first = packets[0]!;
    const ssrcs = new Set(packets.map((packet) => packet.readUInt32BE(8)));
    const steps = packets
      .slice(1)
      .map((packet, index) => (packet.readUInt16BE(2) - packets[index]!.readUInt16BE(2)) & 0xffff);
    const ticks = packets.map((packet) => ((packet.readUInt32BE(4) - first.readUInt32BE(4)) >>> 0) / 160);
    const marks = packets.map((packet) => packet.readUInt8(1) >> 7);
    expect(ssrcs.size).toBe(1);
    expect(steps.every((step) => step === 1)).toBe(true);
    expect(ticks.every((tick, index) => Number.isInteger(tick) && tick >= index)).toBe(true);
    expect(marks[0]).toBe(1);
    const pauseAt = ticks.findIndex((tick, index) => index > 0 && tick - ticks[index - 1]! > 5);
    expect(marks[pauseAt]).toBe(1);
  });

  test('follows the packets of a far end behind a NAT, and lets no stranger in', async ({
    media,
    expect,
  }) => {
    const firsts: number[] = [];
    const a = await media.openPort({});
    const b = await media.openPort({ events: { firstPacket: ({ port }) => firsts.push(port) } });
    // Signalled: an address nobody is at.
    b.configure({ remote: { address: '127.0.0.1', port: 9 } });
    a.configure({ remote: { address: '127.0.0.1', port: b.localPort } });
    await expect.poll(() => a.stats.packetsReceived, { timeout: 5000 }).toBeGreaterThan(5);
    expect(b.stats.remote).toEqual({ address: '127.0.0.1', port: a.localPort });
    const stranger = await media.openPort({ remote: { address: '127.0.0.1', port: b.localPort } });
    await talkFor(200);
    expect(stranger.stats.packetsSent).toBeGreaterThan(5);
    expect(stranger.stats.packetsReceived).toBe(0);
    expect(firsts).toEqual([a.localPort]);
  });

  test('ignores other payload types and noise', async ({ media }) => {
    const { a, b } = await connectedPair(media, { a: { codec: 'PCMA', payloadType: 8 } });
    await talkFor(200);
    expect(a.stats.packetsSent).toBeGreaterThan(5);
    expect(b.stats.packetsReceived).toBe(0);
  });
});

describe.concurrent('ports', { retry: 2 }, () => {
  test('are even, from the range, and free again after close', async () => {
    const media = await openMedia({ address: '127.0.0.1', portRange: { first: 42_001, last: 42_005 } });
    const ports = await Promise.all([media.openPort({}), media.openPort({})]);
    expect(ports.map((port) => port.localPort).sort()).toEqual([42_002, 42_004]);
    await expect(media.openPort({})).rejects.toMatchObject({ code: 'port-in-use' });
    await ports[0].close();
    expect(media.portCount).toBe(1);
    const again = await media.openPort({});
    expect(again.localPort).toBe(ports[0].localPort);
    await media.close();
    expect(media.portCount).toBe(0);
  });

  test('closing ends recordings, playbacks and digits', async ({ media, folder }) => {
    const { a, b } = await connectedPair(media);
    a.bridge(await media.openPort({}));
    const recording = a.record({ path: join(folder, 'a.wav'), channels: 2 });
    const playback = a.play({ kind: 'silence', ms: -1 });
    const digits = a.sendDigits('123456');
    b.eavesdrop(a);
    await talkFor(100);
    await a.close();
    expect((await recording.ended).end).toBe('port-closed');
    expect((await playback.ended).end).toBe('stopped');
    await digits;
    expect(a.bridgedTo).toBeUndefined();
    expect((await a.record({ path: join(folder, 'late.wav'), channels: 1 }).ended).end).toBe('port-closed');
  });

  test('thousands of ports leave nothing behind', async ({ media, expect }) => {
    const handles = () => process.getActiveResourcesInfo().length;
    const before = handles();
    for (let round = 0; round < 20; round += 1) {
      const ports = await Promise.all(Array.from({ length: 50 }, () => media.openPort({})));
      for (const [index, port] of ports.entries()) port.bridge(ports[(index + 1) % 50]!);
      await Promise.all(ports.map((port) => port.close()));
    }
    expect(media.portCount).toBe(0);
    // Other tests of this file run beside it; a closed socket leaves the list one turn of the loop later.
    await expect.poll(handles).toBeLessThanOrEqual(before + 20);
  });
});

test('pacing of ten bridged and recorded calls (figures for the reader)', async () => {
  const result = await measurePacing({ ports: 20, seconds: 2 });
  console.log(JSON.stringify(result));
  expect(result.calls).toBe(10);
  expect(result.packetsSent).toBeGreaterThan(20 * 50);
  expect(result.packetsReceived).toBeGreaterThan(20 * 50);
});

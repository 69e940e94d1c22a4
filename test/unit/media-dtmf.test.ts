import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { DtmfReceiver } from '../../src/media/dtmf-receiver.js';
import { DtmfSender } from '../../src/media/dtmf-sender.js';
import { RtpSender } from '../../src/media/rtp-sender.js';
import { readDtmfEvent } from '../../src/wire/dtmf-event.js';
import { emptyRtpView, readRtp } from '../../src/wire/rtp-packet.js';

const EVENT_TYPE = 101;

/** The packets of the digits, tick by tick. */
function packetsOf(digits: string, durationMs: number): Buffer[] {
  const packets: Buffer[] = [];
  const sender = new RtpSender(
    (packet) => {
      packets.push(Buffer.from(packet));
      return 'sent';
    },
    () => 0xffff_fe00, // The timestamp wraps during the test.
  );
  const keys = new DtmfSender();
  void keys.send(digits, durationMs);
  for (let tick = 0; tick < digits.length * (durationMs / 20 + 8); tick += 1) {
    keys.tick(sender, EVENT_TYPE);
    sender.endTick();
  }
  return packets;
}

function receive(packets: readonly Buffer[]): { digit: string; duration: number }[] {
  const heard: { digit: string; duration: number }[] = [];
  const receiver = new DtmfReceiver((digit, duration) => heard.push({ digit, duration }));
  for (const packet of packets) {
    const view = emptyRtpView();
    readRtp(packet, view);
    receiver.accept(view, packet);
    receiver.tick();
  }
  for (let tick = 0; tick < 20; tick += 1) receiver.tick();
  return heard;
}

const digits = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789*#ABCD')),
  minLength: 1,
  maxLength: 6,
});

describe('DTMF over RTP', () => {
  test('sends a packet each tick with rising duration, the same timestamp, and three ends', () => {
    const packets = packetsOf('5', 100);
    const views = packets.map((packet) => {
      const view = emptyRtpView();
      readRtp(packet, view);
      return view;
    });
    const events = packets.map((packet) => readDtmfEvent(packet, 12, 16));
    expect(events.map((each) => each?.duration)).toEqual([160, 320, 480, 640, 800, 800, 800]);
    expect(events.map((each) => each?.phase)).toEqual([
      'going',
      'going',
      'going',
      'going',
      'end',
      'end',
      'end',
    ]);
    expect(views.map((each) => each.marker)).toEqual([1, 0, 0, 0, 0, 0, 0]);
    expect(new Set(views.map((each) => each.timestamp)).size).toBe(1);
    expect(views.map((each) => each.sequence - views[0]!.sequence)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  test('stretches a press to at least 40 ms', () => {
    expect(receive(packetsOf('1', 5))).toEqual([{ digit: '1', duration: 320 }]);
  });

  test.prop([digits, fc.integer({ min: 2, max: 10 }).map((ticks) => ticks * 20)])(
    'hears each press once, with its length',
    (keys, ms) => {
      expect(receive(packetsOf(keys, ms))).toEqual(
        Array.from(keys, (digit) => ({ digit, duration: ms * 8 })),
      );
    },
  );

  test.prop([digits, fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 50 })])(
    'hears each press once when packets are doubled and at most every other is lost',
    (keys, copies) => {
      let lostBefore = false;
      const arrived = packetsOf(keys, 120).flatMap((packet, index) => {
        const wanted = copies[index % copies.length]!;
        const count = lostBefore ? Math.max(1, wanted) : wanted;
        lostBefore = count === 0;
        return Array<Buffer>(count).fill(packet);
      });
      expect(
        receive(arrived)
          .map((each) => each.digit)
          .join(''),
      ).toBe(keys);
    },
  );

  test('hears presses whose end packets were all lost', () => {
    const packets = packetsOf('12', 120).filter((packet) => readDtmfEvent(packet, 12, 16)?.phase === 'going');
    expect(receive(packets)).toEqual([
      { digit: '1', duration: 800 },
      { digit: '2', duration: 800 },
    ]);
  });

  test('does not take a straggler of the last press for a new one', () => {
    const packets = packetsOf('12', 60);
    expect(receive([...packets, packets[0]!, packets[3]!]).map((each) => each.digit)).toEqual(['1', '2']);
  });

  test('leaves out what is no key, and tells when nothing is left to send', async () => {
    await expect(new DtmfSender().send('x?', 100)).resolves.toBeUndefined();
  });

  test('gives up when the far end no longer takes events', async () => {
    const keys = new DtmfSender();
    const sent = keys.send('123', 100);
    const sender = new RtpSender(
      () => 'sent',
      () => 1,
    );
    expect(keys.tick(sender, EVENT_TYPE)).toBe('busy');
    expect(keys.tick(sender, undefined)).toBe('idle');
    await sent;
  });
});

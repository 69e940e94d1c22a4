import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { FarEnd } from '../../src/media/far-end.js';
import { ReceptionMeter } from '../../src/media/reception-meter.js';
import { SilenceWatch } from '../../src/media/silence-watch.js';
import { emptyRtpView } from '../../src/wire/rtp-packet.js';

const at = (port: number) => ({ address: '192.0.2.1', port });
const OWN = at(2000);

describe('far end', () => {
  test('is where it was signalled until a packet shows where it really is', () => {
    const farEnd = new FarEnd(OWN);
    expect(farEnd.target).toBeUndefined();
    farEnd.signal(at(4000));
    expect(farEnd.target).toEqual(at(4000));
    expect(farEnd.accepts(at(5000), 0)).toBe(true);
    expect(farEnd.target).toEqual(at(5000));
  });

  test('keeps strangers out while it speaks, and gives way when it has been silent', () => {
    const farEnd = new FarEnd(OWN);
    farEnd.signal(at(4000));
    farEnd.accepts(at(4000), 0);
    expect(farEnd.accepts(at(6000), 400)).toBe(false);
    expect(farEnd.accepts(at(6000), 501)).toBe(true);
    expect(farEnd.accepts(at(4000), 510)).toBe(true); // The signalled address wins it back at once.
    expect(farEnd.target).toEqual(at(4000));
  });

  test('is not ourselves: what we sent to our own address does not come from where a new SDP says', () => {
    const farEnd = new FarEnd(OWN);
    farEnd.signal(OWN);
    expect(farEnd.accepts(OWN, 0)).toBe(true);
    farEnd.signal(at(7000));
    expect(farEnd.accepts(OWN, 1)).toBe(false);
    expect(farEnd.target).toEqual(at(7000));
  });

  test('moves with a new SDP, and stays with the same one', () => {
    const farEnd = new FarEnd(OWN);
    farEnd.signal(at(4000));
    farEnd.accepts(at(5000), 0);
    farEnd.signal(at(4000));
    expect(farEnd.target).toEqual(at(5000));
    farEnd.signal(at(7000));
    expect(farEnd.target).toEqual(at(7000));
  });

  test.each([{ address: '0.0.0.0', port: 4000 }, at(0)])('%o is nowhere', (remote) => {
    const farEnd = new FarEnd(OWN);
    farEnd.signal(remote);
    expect(farEnd.target).toBeUndefined();
  });
});

describe('reception meter', () => {
  test.prop([fc.nat(0xffff), fc.uniqueArray(fc.integer({ min: 1, max: 98 }), { maxLength: 40 })])(
    'counts what is missing, across the wrap of sequence numbers',
    (first, missing) => {
      const meter = new ReceptionMeter();
      for (let index = 0; index < 100; index += 1) {
        if (missing.includes(index)) continue;
        const view = {
          ...emptyRtpView(),
          ssrc: 7,
          sequence: (first + index) & 0xffff,
          timestamp: index * 160,
        };
        meter.count(view, 172, index * 20, 'timed');
      }
      expect(meter.lost).toBe(missing.length);
      expect(meter.packets).toBe(100 - missing.length);
      expect(meter.jitterMs).toBeCloseTo(0, 6);
    },
  );

  test('reports what was lost since the report before, and nothing of a silent sender', () => {
    const meter = new ReceptionMeter();
    const take = (sequence: number) =>
      meter.count({ ...emptyRtpView(), ssrc: 9, sequence: sequence & 0xffff }, 172, 0, 'untimed');
    expect(meter.report()).toBeUndefined();
    for (let index = 65_500; index < 65_600; index += 1) if (index % 4 !== 0) take(index);
    expect(meter.report()).toEqual({
      ssrc: 9,
      fractionLost: Math.floor((256 * 24) / 99), // The first of the hundred was not missed: nothing came before it.
      lost: 24,
      highestSequence: 65_599,
      jitter: 0,
    });
    expect(meter.report()).toBeUndefined();
    for (let index = 65_600; index < 65_650; index += 1) take(index);
    expect(meter.report()).toMatchObject({ fractionLost: 0, lost: 24, highestSequence: 65_649 });
  });

  test('measures jitter, and not the jump to another sender', () => {
    const meter = new ReceptionMeter();
    for (let index = 0; index < 400; index += 1) {
      const view = { ...emptyRtpView(), ssrc: index < 200 ? 1 : 2, sequence: index, timestamp: index * 160 };
      meter.count(
        { ...view, timestamp: (view.timestamp + (index < 200 ? 0 : 1e9)) >>> 0 },
        172,
        index * 20 + (index % 2) * 4,
        'timed',
      );
    }
    expect(meter.jitterMs).toBeCloseTo(4, 1);
    expect(meter.lost).toBe(0);
  });
});

describe('silence watch', () => {
  test('speaks once, by the limit that counts', () => {
    const watch = new SilenceWatch({ mediaTimeoutMs: 100, mediaHoldTimeoutMs: 500 }, 0);
    expect(watch.check(99, 'open')).toBe('fine');
    watch.restart(90);
    expect(watch.check(189, 'open')).toBe('fine');
    expect(watch.check(400, 'held')).toBe('fine');
    expect(watch.check(190, 'open')).toBe('silent-too-long');
    expect(watch.check(999, 'open')).toBe('fine');
  });

  test('never speaks without a limit', () => {
    expect(new SilenceWatch({}, 0).check(1e9, 'open')).toBe('fine');
  });
});

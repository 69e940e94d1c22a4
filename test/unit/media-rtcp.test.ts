/** RTCP of a port: when reports are due, and the times in them. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { FarEnd } from '../../src/media/far-end.js';
import { ControlTarget } from '../../src/media/rtcp/control-target.js';
import { middleBits, ntpTime, roundTripMs, shortUnits } from '../../src/media/rtcp/ntp-time.js';
import { reportInterval } from '../../src/media/rtcp/report-interval.js';
import type { RtcpPlace } from '../../src/media/api.js';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });

describe('interval', () => {
  test.prop([uint32])('is spread over half to one and a half of 5 s, less the compensation', (random) => {
    const usual = reportInterval(5000, 'later', random);
    expect(usual).toBeGreaterThanOrEqual(2500 / 1.21829);
    expect(usual).toBeLessThan(7500 / 1.21828);
    expect(reportInterval(5000, 'first', random)).toBeCloseTo(usual / 2, 6);
  });
});

describe('round trip', () => {
  test.prop([
    fc.double({ min: 1, max: 1e13, noNaN: true }),
    fc.double({ min: 0, max: 10_000, noNaN: true }),
    fc.double({ min: 0, max: 2000, noNaN: true }),
  ])('is what passed less what the far end waited, across the wrap of the clock', (sentAt, waited, way) => {
    const lastReport = middleBits(ntpTime(sentAt));
    fc.pre(lastReport !== 0);
    const measured = roundTripMs(sentAt + waited + way, { lastReport, delay: shortUnits(waited) });
    // Three times are rounded to 1/65536 s each; below that it may come out as less than nothing.
    if (measured === undefined) expect(way).toBeLessThan(0.1);
    else expect(Math.abs(measured - way)).toBeLessThan(0.1);
  });

  it('is not known before a report of ours was seen', () => {
    expect(roundTripMs(1000, { lastReport: 0, delay: 0 })).toBeUndefined();
  });
});

describe('where reports go', () => {
  const at = (port: number, address = '192.0.2.1') => ({ address, port });
  const settings = (rtcp: RtcpPlace | undefined) => ({
    remote: at(4000),
    codec: 'PCMU' as const,
    payloadType: 0,
    dtmfPayloadType: undefined,
    direction: 'sendrecv' as const,
    rtcp,
  });

  it.each([
    [undefined, at(4001)],
    ['muxed' as const, at(4000)],
    [{ port: 5000 }, at(5000)],
    [{ port: 5000, address: '192.0.2.9' }, at(5000, '192.0.2.9')],
  ])('%o', (rtcp, expected) => {
    const farEnd = new FarEnd(at(2000));
    farEnd.signal(at(4000));
    expect(new ControlTarget(farEnd).of(settings(rtcp))).toEqual(expected);
  });

  it('follows the far end behind its NAT, and is not misled by a stranger', () => {
    const farEnd = new FarEnd(at(2000));
    farEnd.signal(at(4000));
    farEnd.accepts(at(6000, '198.51.100.1'), 0);
    const target = new ControlTarget(farEnd);
    expect(target.of(settings(undefined))).toEqual(at(6001, '198.51.100.1'));
    expect(target.accepts(at(7777, '203.0.113.5'), settings(undefined))).toBe(false);
    expect(target.accepts(at(7777, '198.51.100.1'), settings(undefined))).toBe(true);
    expect(target.of(settings(undefined))).toEqual(at(7777, '198.51.100.1'));
  });
});

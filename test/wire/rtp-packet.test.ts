import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  emptyRtpView,
  readRtp,
  RTP_HEADER_BYTES,
  sequenceDistance,
  timestampDistance,
  writeRtpHeader,
} from '../../src/wire/rtp-packet.js';

const header = fc.record({
  payloadType: fc.nat(127),
  marker: fc.constantFrom(0 as const, 1 as const),
  sequence: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  ssrc: fc.nat(0xffff_ffff),
});
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });

/** A packet with everything RFC 3550 allows around the payload. */
const packet = fc
  .record({
    header,
    payload: bytes(320),
    csrcs: fc.nat(15),
    padding: fc.nat(12),
    words: fc.option(fc.nat(6)),
  })
  .map((parts) => {
    const fixed = Buffer.alloc(RTP_HEADER_BYTES);
    writeRtpHeader(fixed, parts.header);
    fixed[0] = 0x80 | parts.csrcs | (parts.padding ? 0x20 : 0) | (parts.words === null ? 0 : 0x10);
    const extension = parts.words === null ? Buffer.alloc(0) : Buffer.alloc(4 + 4 * parts.words, 7);
    if (parts.words !== null) extension.writeUInt16BE(parts.words, 2);
    const padding = Buffer.alloc(parts.padding, parts.padding);
    return {
      ...parts,
      encoded: Buffer.concat([fixed, Buffer.alloc(4 * parts.csrcs, 9), extension, parts.payload, padding]),
    };
  });

describe('RTP packet', () => {
  test.prop([packet])('gives back header and payload around CSRCs, extension and padding', (sent) => {
    const view = emptyRtpView();
    expect(readRtp(sent.encoded, view)).toBe(true);
    expect(view).toMatchObject(sent.header);
    expect([...sent.encoded.subarray(view.payloadStart, view.payloadEnd)]).toEqual([...sent.payload]);
  });

  test.prop([packet, fc.nat(40)])('never points outside a packet that was cut off', (sent, length) => {
    const view = emptyRtpView();
    const cut = sent.encoded.subarray(0, length);
    if (!readRtp(cut, view)) return;
    expect(view.payloadStart).toBeLessThanOrEqual(view.payloadEnd);
    expect(view.payloadEnd).toBeLessThanOrEqual(cut.length);
  });

  test.prop([bytes(64)])('takes any bytes without throwing', (noise) => {
    expect(typeof readRtp(Buffer.from(noise), emptyRtpView())).toBe('boolean');
  });

  test('refuses another version and a padding count of 0', () => {
    const buffer = Buffer.alloc(RTP_HEADER_BYTES + 4);
    expect(readRtp(buffer, emptyRtpView())).toBe(false);
    buffer[0] = 0xa0;
    expect(readRtp(buffer, emptyRtpView())).toBe(false);
  });

  test.prop([fc.nat(0xffff), fc.integer({ min: -0x7fff, max: 0x7fff })])(
    'measures sequence distances across the wrap',
    (from, step) => {
      expect(sequenceDistance(from, (from + step) & 0xffff)).toBe(step);
    },
  );

  test.prop([fc.nat(0xffff_ffff), fc.integer({ min: -0x7fff_ffff, max: 0x7fff_ffff })])(
    'measures timestamp distances across the wrap',
    (from, step) => {
      expect(timestampDistance(from, (from + step) >>> 0)).toBe(step);
    },
  );
});

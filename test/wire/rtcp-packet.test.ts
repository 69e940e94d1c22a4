/** RTCP against another library's codec and against bytes of FreeSWITCH; nothing malformed throws. */
import { fc, test } from '@fast-check/vitest';
import { RtcpPacketConverter, RtcpRrPacket, RtcpSourceDescriptionPacket, RtcpSrPacket } from 'werift';
import { describe, expect, it } from 'vitest';
import { isRtcp, readRtcp, writeRtcp, type RtcpReport } from '../../src/wire/rtcp-packet.js';

const word = fc.integer({ min: 0, max: 0xffffffff });
const block = fc.record({
  ssrc: word,
  fractionLost: fc.nat(255),
  lost: fc.integer({ min: -0x7fffff, max: 0x7fffff }),
  highestSequence: word,
  jitter: word,
  lastReport: word,
  delay: word,
});
const report = fc.record({
  ssrc: word,
  sender: fc.option(
    fc.record({
      ntp: fc.record({ seconds: word, fraction: word }),
      rtpTimestamp: word,
      packets: word,
      octets: word,
    }),
    { nil: undefined },
  ),
  blocks: fc.array(block, { maxLength: 2 }),
});

describe('RTCP', () => {
  test.prop([report, fc.string({ maxLength: 40 }), fc.constantFrom('staying' as const, 'leaving' as const)])(
    'is read as it was written',
    (written, name, state) => {
      const packet = writeRtcp(written, name, state);
      const text = Buffer.from(name, 'utf8').subarray(0, 255).toString('utf8');
      expect(packet.length % 4).toBe(0);
      expect(isRtcp(packet)).toBe(true);
      expect(readRtcp(packet)).toEqual({
        reports: [written],
        names: new Map([[written.ssrc, text]]),
        gone: state === 'leaving' ? [written.ssrc] : [],
      });
    },
  );

  test.prop([report])('is understood by another library', (written) => {
    const [first, second] = RtcpPacketConverter.deSerialize(writeRtcp(written, 'someone'));
    if (written.sender) {
      expect(first).toBeInstanceOf(RtcpSrPacket);
      expect(first).toMatchObject({
        ssrc: written.ssrc,
        senderInfo: { rtpTimestamp: written.sender.rtpTimestamp, packetCount: written.sender.packets },
      });
    } else expect(first).toBeInstanceOf(RtcpRrPacket);
    expect(first).toMatchObject({
      reports: written.blocks.map(({ ssrc, fractionLost, highestSequence, jitter, lastReport, delay }) => ({
        ssrc,
        fractionLost,
        highestSequence,
        jitter,
        lsr: lastReport,
        dlsr: delay,
      })),
    });
    expect(second).toBeInstanceOf(RtcpSourceDescriptionPacket);
    expect(second).toMatchObject({
      chunks: [{ source: written.ssrc, items: [{ type: 1, text: 'someone' }] }],
    });
  });

  test.prop([fc.uint8Array({ maxLength: 120 }), fc.nat(119), fc.nat(255)])(
    'is never more than refused when it is malformed',
    (noise, at, value) => {
      readRtcp(Buffer.from(noise));
      const packet = writeRtcp(SAMPLE, 'x', 'leaving');
      packet[at % packet.length] = value;
      readRtcp(packet);
      for (let length = 0; length < packet.length; length += 1) readRtcp(packet.subarray(0, length));
    },
  );

  it('needs a report first, whole, of version 2', () => {
    const packet = writeRtcp(SAMPLE, 'x');
    expect(readRtcp(packet.subarray(28 + 24))).toBeUndefined(); // The description alone.
    expect(readRtcp(packet.subarray(0, packet.length - 1))).toBeUndefined();
    expect(readRtcp(Buffer.concat([Buffer.from([0x40]), packet.subarray(1)]))).toBeUndefined();
    expect(readRtcp(Buffer.alloc(0))).toBeUndefined();
  });

  it('is told from RTP by its second byte', () => {
    const packet = Buffer.from('80000001000000a0000000010000', 'hex');
    for (const [type, expected] of [
      [0x00, false],
      [0x88, false],
      [0xe5, false], // Marker and 101.
      [0xc8, true],
      [0xc9, true],
    ] as const) {
      packet[1] = type;
      expect(isRtcp(packet)).toBe(expected);
    }
  });
});

const SAMPLE: RtcpReport = {
  ssrc: 1,
  sender: { ntp: { seconds: 2, fraction: 3 }, rtpTimestamp: 4, packets: 5, octets: 6 },
  blocks: [
    { ssrc: 7, fractionLost: 8, lost: -9, highestSequence: 10, jitter: 11, lastReport: 12, delay: 13 },
  ],
};

// SDP of one audio stream: reading, offering, answering, rewriting.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answerDirection,
  buildAnswer,
  buildOffer,
  chooseCodec,
  readAudio,
  withDirection,
  withMediaAddress,
} from '../../src/wire/sdp.js';

const LOCAL = { address: '127.0.0.1', port: 40000, sessionId: 1, sessionVersion: 1 };
const CARRIER = [
  'v=0',
  'o=carrier 1 1 IN IP4 192.0.2.7',
  's=-',
  'c=IN IP4 192.0.2.7',
  't=0 0',
  'm=audio 30000 RTP/AVP 18 96 8 0 97',
  'a=rtpmap:96 opus/48000/2',
  'a=rtpmap:97 telephone-event/8000',
  'a=fmtp:97 0-15',
  'a=ptime:20',
  'a=sendonly',
  '',
].join('\r\n');

describe('reading', () => {
  it('names static and dynamic codecs and finds telephone-event', () => {
    expect(readAudio(CARRIER)).toEqual({
      address: '192.0.2.7',
      port: 30000,
      codecs: [
        { payloadType: 18, name: 'G729', clockRate: 8000 },
        { payloadType: 96, name: 'opus', clockRate: 48000 },
        { payloadType: 8, name: 'PCMA', clockRate: 8000 },
        { payloadType: 0, name: 'PCMU', clockRate: 8000 },
      ],
      direction: 'sendonly',
      said: 'sendonly',
      telephoneEvent: 97,
      ptime: 20,
    });
  });

  it('takes what looks like a number for text', () => {
    const single = 'v=0\r\nc=IN IP4 127.0.0.1\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 0\r\n';
    expect(readAudio(single)?.codecs).toEqual([{ payloadType: 0, name: '0', clockRate: 8000 }]);
    expect(readAudio(single.replace(/a=.*\r\n/, ''))?.codecs[0]?.name).toBe('PCMU');
  });

  it('takes a null address for hold (RFC 3264 §8.4)', () => {
    expect(
      readAudio(CARRIER.replace('c=IN IP4 192.0.2.7', 'c=IN IP4 0.0.0.0').replace('a=sendonly\r\n', ''))
        ?.direction,
    ).toBe('sendonly');
  });

  it.each(['', 'hello', 'v=0\r\n', 'v=0\r\nm=video 1 RTP/AVP 0\r\n'])('finds no audio in %j', (text) => {
    expect(readAudio(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void readAudio(`v=0\r\n${text}`)));
    fc.assert(
      fc.property(
        fc.nat({ max: CARRIER.length }),
        fc.string(),
        (at, junk) => void readAudio(CARRIER.slice(0, at) + junk + CARRIER.slice(at)),
      ),
    );
  });
});

describe('offer and answer', () => {
  it('an offer is read back', () => {
    expect(readAudio(buildOffer(LOCAL))).toMatchObject({
      address: '127.0.0.1',
      port: 40000,
      direction: 'sendrecv',
      telephoneEvent: 101,
    });
  });

  it('an answer has one codec, their event type, and the mirrored direction', () => {
    const answer = readAudio(buildAnswer(CARRIER, LOCAL)!)!;
    expect(answer.codecs).toEqual([{ payloadType: 0, name: 'PCMU', clockRate: 8000 }]);
    expect(answer).toMatchObject({ telephoneEvent: 97, direction: 'recvonly' });
    expect(chooseCodec(readAudio(CARRIER)!, ['PCMA'])?.payloadType).toBe(8);
  });

  it('there is no answer without a common codec', () => {
    expect(buildAnswer(CARRIER.replace(' 8 0 ', ' '), LOCAL)).toBeUndefined();
  });

  it('an answer never sends what the offer does not receive (RFC 3264 §6.1)', () => {
    const direction = fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive');
    fc.assert(
      fc.property(direction, direction, (offered, wanted) => {
        const answer = answerDirection(offered, wanted);
        if (answer.includes('send')) expect(['sendrecv', 'recvonly']).toContain(offered);
        if (answer.includes('recv')) expect(['sendrecv', 'sendonly']).toContain(offered);
      }),
    );
  });
});

describe('rewriting', () => {
  it('changes c= and o= only, and leaves a null address', () => {
    const changed = withMediaAddress(CARRIER, '203.0.113.5');
    expect(changed.match(/192\.0\.2\.7/)).toBeNull();
    expect(changed.replaceAll('203.0.113.5', '192.0.2.7')).toBe(CARRIER);
    expect(withMediaAddress('c=IN IP4 0.0.0.0\r\n', '203.0.113.5')).toBe('c=IN IP4 0.0.0.0\r\n');
  });

  it('sets the direction', () => {
    expect(readAudio(withDirection(CARRIER, 'inactive'))?.direction).toBe('inactive');
  });
});

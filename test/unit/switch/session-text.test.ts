import { describe, expect, it } from 'vitest';
import { readAudio } from '../../../src/wire/sdp.js';
import { addressed, holds, NOWHERE, offerOf } from '../../../src/switch/messages/session-text.js';

const ANSWER = [
  'v=0',
  'o=FreeSWITCH 1700000000 1700000001 IN IP4 10.0.0.1',
  's=FreeSWITCH',
  'c=IN IP4 10.0.0.1',
  't=0 0',
  'm=audio 20000 RTP/AVP 0 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=recvonly',
  'a=ptime:20',
  '',
].join('\r\n');

describe('session text', () => {
  it('turns an answer into an offer of every codec, same session, same port', () => {
    const offer = readAudio(offerOf(ANSWER));
    expect(offer).toMatchObject({
      address: '10.0.0.1',
      port: 20_000,
      direction: 'sendrecv',
      telephoneEvent: 101,
      ptime: 20,
    });
    expect(offer?.codecs.map(({ name }) => name)).toEqual(['PCMU', 'PCMA']);
    expect(offerOf(ANSWER)).toContain('o=FreeSWITCH 1700000000 1700000001 IN IP4 10.0.0.1\r\n');
    expect(offerOf(ANSWER).match(/^a=rtpmap:0 /gm)).toHaveLength(1);
  });

  it('offers nowhere with both codecs and events', () => {
    expect(readAudio(NOWHERE)).toMatchObject({ port: 9, telephoneEvent: 101, direction: 'sendrecv' });
  });

  it('writes the media address, or leaves the text alone', () => {
    expect(readAudio(addressed(ANSWER, '203.0.113.5'))?.address).toBe('203.0.113.5');
    expect(addressed(ANSWER, undefined)).toBe(ANSWER);
  });

  it.each([
    ['a=sendonly', true],
    ['a=inactive', true],
    ['a=recvonly', false],
    ['a=sendrecv', false],
  ])('takes %s for hold: %s', (direction, isHold) => {
    expect(holds(ANSWER.replace('a=recvonly', direction))).toBe(isHold);
  });

  it('takes a null address for hold, as RFC 2543 did', () => {
    expect(
      holds(ANSWER.replace('a=recvonly', 'a=sendrecv').replaceAll('IN IP4 10.0.0.1', 'IN IP4 0.0.0.0')),
    ).toBe(true);
  });
});

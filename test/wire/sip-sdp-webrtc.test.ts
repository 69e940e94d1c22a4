/** Sessions of browsers: what Chromium and Firefox offer, what the embedded FreeSWITCH answers. */
import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerText, negotiate, offerText } from '../../src/engine/freeswitch/sip/local-description.js';
import { holds } from '../../src/switch/messages/session-text.js';
import { readAudio, withMediaAddress } from '../../src/wire/sdp.js';
import { answerSetup, isWebRtc, readWebRtc, type WebRtcEnd } from '../../src/wire/sdp-webrtc.js';

const lines = (...text: string[]): string => `${text.join('\r\n')}\r\n`;

const CHROMIUM_FINGERPRINT =
  '79:02:8A:9A:E9:26:A2:50:F0:4A:7A:E4:2A:D5:EB:2E:A4:C9:69:2A:82:B1:F2:A7:DC:9A:52:18:20:61:F0:EB';

const CHROMIUM = lines(
  'v=0',
  'o=- 7946254809046605052 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'a=extmap-allow-mixed',
  'a=msid-semantic: WMS 2f7745a0',
  'm=audio 39235 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126',
  'c=IN IP4 198.51.100.7',
  'a=rtcp:9 IN IP4 0.0.0.0',
  'a=candidate:476820911 1 udp 2122194687 198.51.100.7 39235 typ host generation 0 network-id 3',
  'a=candidate:122741584 1 udp 2122267903 2001:db8::7 59232 typ host generation 0 network-id 4',
  'a=candidate:1660260514 1 tcp 1518214911 198.51.100.7 9 typ host tcptype active generation 0',
  'a=ice-ufrag:0123',
  'a=ice-pwd:o4qSiT3tSdhR3bQLUUUsjbE7',
  'a=ice-options:trickle',
  `a=fingerprint:sha-256 ${CHROMIUM_FINGERPRINT}`,
  'a=setup:actpass',
  'a=mid:0',
  'a=sendrecv',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;useinbandfec=1',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:13 CN/8000',
  'a=rtpmap:110 telephone-event/48000',
  'a=rtpmap:126 telephone-event/8000',
);

/** Fingerprint and options at session level, credentials and a hidden address at the stream. */
const FIREFOX = lines(
  'v=0',
  'o=mozilla...THIS_IS_SDPARTA-99.0 4611732 0 IN IP4 0.0.0.0',
  's=-',
  't=0 0',
  'a=sendrecv',
  `a=fingerprint:sha-256 ${CHROMIUM_FINGERPRINT.toLowerCase()}`,
  'a=group:BUNDLE 0',
  'a=ice-options:trickle',
  'a=msid-semantic:WMS *',
  'm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101',
  'c=IN IP4 0.0.0.0',
  'a=candidate:0 1 UDP 2122252543 6e8f2b1c-3d4e.local 51472 typ host',
  'a=sendrecv',
  'a=end-of-candidates',
  'a=fmtp:101 0-15',
  'a=ice-pwd:b1946ac92492d2347c6235b4d2611184',
  'a=ice-ufrag:2f1b6c3a',
  'a=mid:0',
  'a=rtcp-mux',
  'a=rtpmap:109 opus/48000/2',
  'a=rtpmap:9 G722/8000/1',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=setup:actpass',
);

const OURS: WebRtcEnd = {
  ufrag: 'dAAi',
  password: 'IBNe3ocEiXmaOTluHfC2Xd',
  fingerprint: { algorithm: 'sha-256', value: '62:B5' },
  setup: 'active',
  candidates: [
    {
      foundation: '5695221749',
      component: 1,
      protocol: 'udp',
      priority: 2_130_706_431,
      address: '10.0.0.5',
      port: 13_074,
      type: 'host',
    },
  ],
};
const LOCAL = { address: '10.0.0.5', port: 13_074, sessionId: 1, version: 2, webRtc: OURS };

describe('an offer of Chromium', () => {
  it('is read with everything that ICE and DTLS need', () => {
    const end = readWebRtc(CHROMIUM);
    expect(end).toMatchObject({
      ufrag: '0123',
      password: 'o4qSiT3tSdhR3bQLUUUsjbE7',
      fingerprint: { algorithm: 'sha-256', value: CHROMIUM_FINGERPRINT },
      setup: 'actpass',
    });
    expect(end?.candidates.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
      'udp 198.51.100.7 39235',
      'udp 2001:db8::7 59232',
      'tcp 198.51.100.7 9',
    ]);
  });

  it('is answered with G.711 and the telephone-event of its clock, secured like FreeSWITCH does it', () => {
    const negotiated = negotiate(CHROMIUM);
    expect(negotiated).toMatchObject({
      codec: 'PCMU',
      payloadType: 0,
      eventType: 126,
      direction: 'sendrecv',
    });
    expect(negotiated && answerText(LOCAL, negotiated)).toBe(
      lines(
        'v=0',
        'o=FreeSWITCH 1 2 IN IP4 10.0.0.5',
        's=FreeSWITCH',
        'c=IN IP4 10.0.0.5',
        't=0 0',
        'm=audio 13074 UDP/TLS/RTP/SAVPF 0 126',
        'a=rtpmap:0 PCMU/8000',
        'a=rtpmap:126 telephone-event/8000',
        'a=fmtp:126 0-15',
        'a=ptime:20',
        'a=fingerprint:sha-256 62:B5',
        'a=setup:active',
        'a=rtcp-mux',
        'a=rtcp:13074 IN IP4 10.0.0.5',
        'a=ice-ufrag:dAAi',
        'a=ice-pwd:IBNe3ocEiXmaOTluHfC2Xd',
        'a=candidate:5695221749 1 udp 2130706431 10.0.0.5 13074 typ host generation 0',
        'a=end-of-candidates',
      ),
    );
  });

  it('is refused when its credentials are missing, and taken as plain RTP by nobody', () => {
    expect(negotiate(CHROMIUM.replace(/^a=ice-pwd.*\r\n/m, ''))).toBeUndefined();
    expect(negotiate(CHROMIUM.replace(/^a=fingerprint.*\r\n/m, ''))?.webRtc).toBeUndefined();
  });

  it('is a hold when it says so', () => {
    expect(holds(CHROMIUM.replace('a=sendrecv', 'a=sendonly'))).toBe(true);
    expect(negotiate(CHROMIUM.replace('a=sendrecv', 'a=sendonly'))?.direction).toBe('recvonly');
  });
});

describe('an offer of Firefox', () => {
  it('is read though its fingerprint stands above and its address is hidden', () => {
    expect(readWebRtc(FIREFOX)).toMatchObject({
      ufrag: '2f1b6c3a',
      fingerprint: { algorithm: 'sha-256', value: CHROMIUM_FINGERPRINT },
      candidates: [{ address: '6e8f2b1c-3d4e.local', port: 51_472, protocol: 'udp' }],
    });
  });

  it('is no hold for want of an address', () => {
    expect(readAudio(FIREFOX)?.direction).toBe('sendrecv');
    expect(holds(FIREFOX)).toBe(false);
    expect(negotiate(FIREFOX)).toMatchObject({
      direction: 'sendrecv',
      remote: { address: '6e8f2b1c-3d4e.local', port: 51_472 },
    });
  });
});

describe('our own end', () => {
  it('leaves the handshake to the other side in an offer, and begins it in an answer unless asked not to', () => {
    expect(offerText(LOCAL)).toContain('a=setup:actpass\r\n');
    expect((['actpass', 'passive', 'active'] as const).map(answerSetup)).toEqual([
      'active',
      'active',
      'passive',
    ]);
  });

  it('is shown at another address as a whole', () => {
    const moved = withMediaAddress(offerText(LOCAL), '203.0.113.9');
    expect(moved).not.toContain('10.0.0.5');
    expect(readWebRtc(moved)?.candidates[0]).toMatchObject({ address: '203.0.113.9', port: 13_074 });
    expect(moved).toContain('a=rtcp:13074 IN IP4 203.0.113.9\r\n');
  });

  it('is read back as it was written', () => {
    expect(readWebRtc(offerText(LOCAL))).toEqual({ ...OURS, setup: 'actpass' });
  });
});

describe('other texts', () => {
  it('are no browser’s: plain RTP, and keys in the SDP', () => {
    expect(isWebRtc('v=0\r\nm=audio 4000 RTP/AVP 0\r\n')).toBe(false);
    expect(
      isWebRtc('v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\n'),
    ).toBe(false);
  });

  property.prop([fc.string(), fc.nat({ max: CHROMIUM.length })])('never make it throw', (junk, at) => {
    readWebRtc(`${CHROMIUM.slice(0, at)}${junk}${CHROMIUM.slice(at)}`);
    readWebRtc(junk);
  });
});

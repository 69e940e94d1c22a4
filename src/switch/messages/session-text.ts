/**
 * The SDP this room writes (RFC 4566, RFC 3264). The media server is asked for an endpoint before the other side is
 * known, with a session that leads nowhere; its answer is turned into an offer with every codec, and the real answer
 * follows by re-INVITE. An endpoint made this way is an ordinary one: one made without SDP would be re-INVITEd by
 * FreeSWITCH as soon as it is bridged.
 */
import { randomBytes } from 'node:crypto';
import type { MediaTerms } from '../../domain/routing/telephony.js';
import { withMediaAddress } from '../../wire/sdp.js';
import { asAvp, asSavp, cryptoLine, isSavp, readCrypto, withoutCrypto } from '../../wire/sdp-crypto.js';
import { isWebRtc } from '../../wire/sdp-webrtc.js';

/** Port 9 is discard: nothing listens, so what an endpoint sends before its party answers is lost. */
export const NOWHERE = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 9 RTP/AVP 0 8 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  '',
].join('\r\n');

/** A trunk's word for SRTP; undefined: off. */
type Secrecy = MediaTerms['srtp'];

/** For an endpoint whose answer has a key of its own; this one opens nothing. */
export function nowhereFor(srtp: Secrecy): string {
  if (srtp === undefined || srtp === 'off') return NOWHERE;
  const key = randomBytes(SRTP_KEY_BYTES).toString('base64');
  return `${asSavp(NOWHERE)}${cryptoLine({ tag: '1', key })}\r\n`;
}

const SRTP_KEY_BYTES = 30;

/** What the far end said, as the media server takes it: it refuses keys in a stream that is not SRTP alone. */
export function forMedia(sdp: string, srtp: Secrecy): string {
  if (isSavp(sdp) || isWebRtc(sdp)) return sdp;
  const isOff = srtp === undefined || srtp === 'off';
  return isOff || readCrypto(sdp) === undefined ? withoutCrypto(sdp) : asSavp(sdp);
}

/** The media server's answer in the form of the offer (RFC 8643 §3.1). */
export function likeOffer(answer: string, offer: string): string {
  return isSavp(offer) ? answer : asAvp(answer);
}

/** Whether this session is too open for the trunk. */
export function isTooOpen(sdp: string, srtp: Secrecy): boolean {
  return srtp === 'required' && readCrypto(sdp) === undefined;
}

interface Offered {
  readonly type: number;
  readonly lines: readonly string[];
}

const CODECS: Readonly<Record<'PCMU' | 'PCMA', Offered>> = {
  PCMU: { type: 0, lines: ['a=rtpmap:0 PCMU/8000'] },
  PCMA: { type: 8, lines: ['a=rtpmap:8 PCMA/8000'] },
};
const TELEPHONE_EVENT: Offered = {
  type: 101,
  lines: ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-16'],
};

type OfferTerms = Pick<MediaTerms, 'codecs' | 'dtmf'>;
const EVERYTHING: OfferTerms = { codecs: ['PCMU', 'PCMA'], dtmf: 'rfc4733' };

/** The endpoint's answer as an offer of all codecs, or of those a trunk wants in its order; o= stays, so that its later answers continue the same session. */
export function offerOf(endpointSdp: string, terms: OfferTerms = EVERYTHING): string {
  const offered = [
    ...terms.codecs.map((codec) => CODECS[codec]),
    ...(terms.dtmf === 'rfc4733' ? [TELEPHONE_EVENT] : []),
  ];
  const kept = endpointSdp
    .split(/\r?\n/)
    .filter((line) => line !== '' && !/^a=(?:rtpmap|fmtp|sendrecv|sendonly|recvonly|inactive)/.test(line))
    .map((line) =>
      line.replace(/^(m=audio \d+ RTP\/S?AVP) .*$/, `$1 ${offered.map(({ type }) => type).join(' ')}`),
    );
  return [...kept, ...offered.flatMap(({ lines }) => lines), 'a=sendrecv', ''].join('\r\n');
}

export function addressed(sdp: string, mediaAddress: string | undefined): string {
  return mediaAddress === undefined ? sdp : withMediaAddress(sdp, mediaAddress);
}

/**
 * Whether this offer puts us on hold: the other side does not want to hear us (RFC 3264 §8.4). A null address means the
 * same, but a browser's, which ICE will find.
 */
export function holds(sdp: string): boolean {
  const [session = '', audio = ''] = sdp.split(/^(?=m=)/m, 2);
  const direction = DIRECTION.exec(audio) ?? DIRECTION.exec(session);
  const connection = CONNECTION.exec(audio) ?? CONNECTION.exec(session);
  const isNull = connection?.[1] === '0.0.0.0' && !isWebRtc(sdp);
  return isNull || HOLDING.has(direction?.[1] ?? '');
}

const HOLDING: ReadonlySet<string> = new Set(['sendonly', 'inactive']);

const DIRECTION = /^a=(sendrecv|sendonly|recvonly|inactive)\s*$/m;
const CONNECTION = /^c=IN IP[46] (\S+)/m;

/** A port of 0 is a refused stream. */
export function hasAudio(sdp: string): boolean {
  return /^m=audio [1-9]/m.test(sdp);
}

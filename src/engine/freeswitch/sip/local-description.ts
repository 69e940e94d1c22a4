/**
 * SDP as mod_sofia writes it, and the negotiation behind it: one audio stream, G.711, telephone-event. Pure; used by
 * sip-leg.ts.
 */
import {
  answerDirection,
  chooseCodec,
  readAudio,
  type AudioMedia,
  type G711,
  type SdpDirection,
} from '../../../wire/sdp.js';
import { cryptoLine, hasCrypto, isSavp, readCrypto, type SdpCrypto } from '../../../wire/sdp-crypto.js';
import { isWebRtc, readWebRtc, webRtcLines, type WebRtcEnd } from '../../../wire/sdp-webrtc.js';

export const CODEC_PREFERENCES: readonly G711[] = ['PCMU', 'PCMA'];
const PAYLOAD_TYPES: Readonly<Record<G711, number>> = { PCMU: 0, PCMA: 8 };
const OFFERED_EVENT_TYPE = 101;

export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  /** o= session id; the first version is one more. */
  readonly sessionId: number;
  readonly version: number;
  /** Of a browser's leg: ICE and DTLS-SRTP. */
  readonly webRtc?: WebRtcEnd;
  /** What we send with, when the session is SRTP by keys in the SDP. */
  readonly srtpKey?: string;
  readonly rtcp?: 'reported' | 'off';
}

export interface Negotiated {
  readonly remote: AudioMedia;
  readonly codec: G711;
  readonly payloadType: number;
  readonly eventType: number | undefined;
  /** Ours. */
  readonly direction: SdpDirection;
  /** What our answer says of it: a null address is hold, but not answered as one (switch_core_media.c, smode). */
  readonly answered: SdpDirection;
  readonly webRtc?: WebRtcEnd;
  /** Theirs. */
  readonly crypto?: SdpCrypto;
}

/**
 * `undefined`: no audio stream, no codec in common, a browser's offer without what ICE and DTLS need, or SRTP without keys
 * of our suite, or keys in a plain stream (rtp_allow_crypto_in_avp is false).
 */
export function negotiate(remoteSdp: string): Negotiated | undefined {
  const audio = readAudio(remoteSdp);
  const codec = audio && chooseCodec(audio, CODEC_PREFERENCES);
  const webRtc = readWebRtc(remoteSdp);
  const keys = keysOf(remoteSdp);
  if (audio === undefined || codec === undefined || isWebRtc(remoteSdp) !== (webRtc !== undefined))
    return undefined;
  if (keys === 'unusable') return undefined;
  return {
    remote: webRtc === undefined ? audio : atFirstCandidate(audio, webRtc),
    codec: codec.name,
    payloadType: codec.payloadType,
    eventType: audio.telephoneEvent,
    direction: answerDirection(audio.direction),
    answered: answerDirection(audio.said),
    ...(webRtc !== undefined && { webRtc }),
    ...keys,
  };
}

function keysOf(sdp: string): Pick<Negotiated, 'crypto'> | 'unusable' {
  if (!isSavp(sdp)) return hasCrypto(sdp) && !isWebRtc(sdp) ? 'unusable' : {};
  const crypto = readCrypto(sdp);
  return crypto === undefined ? 'unusable' : { crypto };
}

/** check_ice(): the address of a candidate stands for the one in c=, which browsers may leave null. */
function atFirstCandidate(audio: AudioMedia, { candidates }: WebRtcEnd): AudioMedia {
  const [first] = candidates;
  return first === undefined ? audio : { ...audio, address: first.address, port: first.port };
}

/** The answer on the wire; its direction is left out when it is sendrecv. */
export function answerText(local: LocalEnd, negotiated: Negotiated): string {
  const direction = negotiated.answered === 'sendrecv' ? [] : [`a=${negotiated.answered}`];
  return text([
    ...head(local),
    ...media(local, [negotiated.codec], negotiated),
    ...direction,
    'a=ptime:20',
    ...secured(local),
    ...reported(local, negotiated.remote.rtcp),
    ...keyed(local, negotiated),
  ]);
}

/** The same as `rtp_local_sdp_str` shows it: the direction is always there, last. */
export function describedText(local: LocalEnd, negotiated: Negotiated): string {
  return text([
    ...head(local),
    ...media(local, [negotiated.codec], negotiated),
    'a=ptime:20',
    `a=${negotiated.answered}`,
    ...secured(local),
    ...reported(local, negotiated.remote.rtcp),
    ...keyed(local, negotiated),
  ]);
}

/** An offer for an INVITE that came without one; `keyed` when the session so far is SRTP by keys in the SDP. */
export function offerText(local: LocalEnd, secrecy: 'plain' | 'keyed' = 'plain'): string {
  const crypto = secrecy === 'keyed' && local.srtpKey ? { tag: '1', key: local.srtpKey } : undefined;
  return text([
    ...head(local),
    ...media(local, CODEC_PREFERENCES, {
      eventType: OFFERED_EVENT_TYPE,
      payloadType: undefined,
      ...(crypto && { crypto }),
    }),
    'a=ptime:20',
    ...secured(local, 'actpass'),
    ...reported(local, undefined),
    ...(crypto ? [cryptoLine(crypto)] : []),
  ]);
}

function secured({ webRtc, address, port }: LocalEnd, setup = webRtc?.setup): string[] {
  return webRtc === undefined || setup === undefined
    ? []
    : webRtcLines({ ...webRtc, setup }, { address, port });
}

/** A browser's leg says so for itself (secured). We take RTCP with RTP where that was offered, and never offer it. */
function reported({ rtcp, webRtc, address, port }: LocalEnd, theirs: AudioMedia['rtcp']): string[] {
  if (rtcp !== 'reported' || webRtc !== undefined) return [];
  const family = address.includes(':') ? 'IP6' : 'IP4';
  return theirs === 'muxed'
    ? ['a=rtcp-mux', `a=rtcp:${port} IN ${family} ${address}`]
    : [`a=rtcp:${port + 1} IN ${family} ${address}`];
}

/** RFC 4568 §6.1: the answer has the tag of the offer and our own key. */
function keyed({ srtpKey }: LocalEnd, { crypto }: Negotiated): string[] {
  return crypto === undefined || srtpKey === undefined ? [] : [cryptoLine({ tag: crypto.tag, key: srtpKey })];
}

/** switch_r_sdp: sofia drops a sendrecv, which is the default, and writes other directions after the codecs. */
export function normalisedRemote(sdp: string): string {
  return sdp
    .replace(/^a=sendrecv\r?\n/gm, '')
    .replace(/^((?:a=(?!rtpmap|fmtp).*\r?\n)+)(a=(?:sendonly|recvonly|inactive)\r?\n)/gm, '$2$1');
}

function head({ address, sessionId, version }: LocalEnd): string[] {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  return [
    'v=0',
    `o=FreeSWITCH ${sessionId} ${version} IN ${family} ${address}`,
    's=FreeSWITCH',
    `c=IN ${family} ${address}`,
    't=0 0',
  ];
}

function media(
  { port, webRtc }: LocalEnd,
  codecs: readonly G711[],
  types: Pick<Partial<Negotiated>, 'eventType' | 'crypto'> & { readonly payloadType: number | undefined },
): string[] {
  const { eventType } = types;
  const codecTypes = codecs.map((name) => ({ name, type: types.payloadType ?? PAYLOAD_TYPES[name] }));
  const all = [...codecTypes.map(({ type }) => type), ...(eventType === undefined ? [] : [eventType])];
  return [
    `m=audio ${port} ${profileOf(webRtc, types.crypto)} ${all.join(' ')}`,
    ...codecTypes.map(({ name, type }) => `a=rtpmap:${type} ${name}/8000`),
    ...(eventType === undefined
      ? []
      : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`]),
  ];
}

function profileOf(webRtc: WebRtcEnd | undefined, crypto: SdpCrypto | undefined): string {
  if (webRtc !== undefined) return 'UDP/TLS/RTP/SAVPF';
  return crypto === undefined ? 'RTP/AVP' : 'RTP/SAVP';
}

function text(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}

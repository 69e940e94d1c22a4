/**
 * What a browser adds to an SDP: ICE credentials and candidates (RFC 8839), the fingerprint of its DTLS certificate and
 * who begins the handshake (RFC 8122, RFC 5763), one port for RTP and RTCP (RFC 5761). Pure; used by engine/freeswitch to
 * read an offer and write its answer, and by switch/ to know which legs need it.
 */
import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform';

/** Who opens the DTLS association (RFC 4145 §4); an offer says `actpass`. */
export type DtlsSetup = 'active' | 'passive' | 'actpass';

export interface DtlsFingerprint {
  /** Hash name such as `sha-256`. */
  readonly algorithm: string;
  /** Upper-case hex pairs with colons. */
  readonly value: string;
}

export interface IceCandidate {
  readonly foundation: string;
  /** 1 RTP, 2 RTCP. */
  readonly component: number;
  readonly protocol: string;
  readonly priority: number;
  /** An address, or the `….local` name behind which browsers hide one (mDNS). */
  readonly address: string;
  readonly port: number;
  /** host, srflx, prflx, relay. */
  readonly type: string;
}

/** The WebRTC half of the first audio stream. */
export interface WebRtcEnd {
  readonly ufrag: string;
  readonly password: string;
  readonly fingerprint: DtlsFingerprint;
  readonly setup: DtlsSetup;
  readonly candidates: readonly IceCandidate[];
}

const TLS_PROFILE = /^m=audio \d+ (?:UDP\/TLS\/)?RTP\/SAVPF\b/m;
const FINGERPRINT = /^a=fingerprint:/m;

/** Whether this text wants DTLS-SRTP: a browser's, not that of a phone with or without keys in the SDP (RFC 4568). */
export function isWebRtc(sdp: string): boolean {
  return TLS_PROFILE.test(sdp) && FINGERPRINT.test(sdp);
}

/** `undefined` when the first audio stream is not one of WebRTC or lacks what it needs. Never throws. */
export function readWebRtc(sdp: string): WebRtcEnd | undefined {
  if (!isWebRtc(sdp)) return undefined;
  const session = parsed(sdp);
  const media = session?.media.find(({ type }) => type === 'audio');
  return session && media && endOf(media, session);
}

function endOf(media: MediaDescription, session: SessionDescription): WebRtcEnd | undefined {
  const ufrag = media.iceUfrag ?? session.iceUfrag;
  const password = media.icePwd ?? session.icePwd;
  const fingerprint = media.fingerprint ?? session.fingerprint;
  if (ufrag === undefined || password === undefined || fingerprint === undefined) return undefined;
  return {
    ufrag: textOf(ufrag),
    password: textOf(password),
    fingerprint: { algorithm: fingerprint.type.toLowerCase(), value: fingerprint.hash.toUpperCase() },
    setup: setupOf(media.setup ?? session.setup),
    candidates: (media.candidates ?? []).map((candidate) => ({
      foundation: textOf(candidate.foundation),
      component: candidate.component,
      protocol: candidate.transport.toLowerCase(),
      priority: candidate.priority,
      address: candidate.ip,
      port: candidate.port,
      type: candidate.type,
    })),
  };
}

/** sdp-transform makes a number of any field that looks like one, whatever its types say. */
function textOf<T extends string | undefined>(
  value: T | number,
): T extends string ? string : string | undefined;
function textOf(value: string | number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

/** Without the attribute an offerer opens the connection itself (RFC 4145 §4.1). */
function setupOf(text: string | undefined): DtlsSetup {
  return text === 'passive' || text === 'actpass' ? text : 'active';
}

function parsed(sdp: string): SessionDescription | undefined {
  try {
    return parse(sdp);
  } catch {
    return undefined; // As in readAudio: a malformed text is an outcome here.
  }
}

/** What the answerer says to an offer's `setup` (RFC 5763 §5): it opens the association whenever it may. */
export function answerSetup(offered: DtlsSetup): DtlsSetup {
  return offered === 'active' ? 'passive' : 'active';
}

/** Attribute lines of one audio stream, in the order in which FreeSWITCH writes them. */
export function webRtcLines(
  end: WebRtcEnd,
  place: { readonly address: string; readonly port: number },
): string[] {
  const family = place.address.includes(':') ? 'IP6' : 'IP4';
  return [
    `a=fingerprint:${end.fingerprint.algorithm} ${end.fingerprint.value}`,
    `a=setup:${end.setup}`,
    'a=rtcp-mux',
    `a=rtcp:${place.port} IN ${family} ${place.address}`,
    `a=ice-ufrag:${end.ufrag}`,
    `a=ice-pwd:${end.password}`,
    ...end.candidates.map(
      ({ foundation, component, protocol, priority, address, port, type }) =>
        `a=candidate:${foundation} ${component} ${protocol} ${priority} ${address} ${port} typ ${type} generation 0`,
    ),
    'a=end-of-candidates',
  ];
}

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

export const CODEC_PREFERENCES: readonly G711[] = ['PCMU', 'PCMA'];
const PAYLOAD_TYPES: Readonly<Record<G711, number>> = { PCMU: 0, PCMA: 8 };
const OFFERED_EVENT_TYPE = 101;

export interface LocalEnd {
  readonly address: string;
  readonly port: number;
  /** o= session id; the first version is one more. */
  readonly sessionId: number;
  readonly version: number;
}

export interface Negotiated {
  readonly remote: AudioMedia;
  readonly codec: G711;
  readonly payloadType: number;
  readonly eventType: number | undefined;
  /** Ours. */
  readonly direction: SdpDirection;
}

/** `undefined`: no audio stream or no codec in common. */
export function negotiate(remoteSdp: string): Negotiated | undefined {
  const remote = readAudio(remoteSdp);
  const codec = remote && chooseCodec(remote, CODEC_PREFERENCES);
  if (remote === undefined || codec === undefined) return undefined;
  return {
    remote,
    codec: codec.name,
    payloadType: codec.payloadType,
    eventType: remote.telephoneEvent,
    direction: answerDirection(remote.direction),
  };
}

/** The answer on the wire; its direction is left out when it is sendrecv. */
export function answerText(local: LocalEnd, negotiated: Negotiated): string {
  const direction = negotiated.direction === 'sendrecv' ? [] : [`a=${negotiated.direction}`];
  return text([...head(local), ...media(local, [negotiated.codec], negotiated), ...direction, 'a=ptime:20']);
}

/** The same as `rtp_local_sdp_str` shows it: the direction is always there, last. */
export function describedText(local: LocalEnd, negotiated: Negotiated): string {
  return text([
    ...head(local),
    ...media(local, [negotiated.codec], negotiated),
    'a=ptime:20',
    `a=${negotiated.direction}`,
  ]);
}

/** An offer for an INVITE that came without one. */
export function offerText(local: LocalEnd): string {
  return text([
    ...head(local),
    ...media(local, CODEC_PREFERENCES, { eventType: OFFERED_EVENT_TYPE, payloadType: undefined }),
    'a=ptime:20',
  ]);
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
  { port }: LocalEnd,
  codecs: readonly G711[],
  types: { readonly eventType: number | undefined; readonly payloadType: number | undefined },
): string[] {
  const { eventType } = types;
  const codecTypes = codecs.map((name) => ({ name, type: types.payloadType ?? PAYLOAD_TYPES[name] }));
  const all = [...codecTypes.map(({ type }) => type), ...(eventType === undefined ? [] : [eventType])];
  return [
    `m=audio ${port} RTP/AVP ${all.join(' ')}`,
    ...codecTypes.map(({ name, type }) => `a=rtpmap:${type} ${name}/8000`),
    ...(eventType === undefined
      ? []
      : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-15`]),
  ];
}

function text(lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n`;
}

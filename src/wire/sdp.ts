/**
 * SDP for one audio stream with G.711 and telephone-event (RFC 4566, RFC 3264, RFC 4733), on sdp-transform. Used by
 * engine/freeswitch and the phone to offer and answer, and by switch/ to put a trunk's media address into a text.
 */
import { parse, type MediaDescription, type SessionDescription } from 'sdp-transform';
import { defined } from './sip-tokens.js';

export type SdpDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export interface AudioCodec {
  readonly payloadType: number;
  /** Encoding name as offered, e.g. `PCMU`; compare without regard to case. */
  readonly name: string;
  readonly clockRate: number;
}

/** The first audio stream of an offer or answer. */
export interface AudioMedia {
  /** c= of the stream, else of the session. */
  readonly address: string;
  /** 0: the stream is refused. */
  readonly port: number;
  /** In order of preference, telephone-event left out. Static payload types have their names (RFC 3551 table 4). */
  readonly codecs: readonly AudioCodec[];
  readonly direction: SdpDirection;
  /** As written; `direction` also counts a null address as hold. */
  readonly said: SdpDirection;
  /** Payload type of telephone-event/8000, when offered. */
  readonly telephoneEvent?: number;
  readonly ptime?: number;
  /** Where it takes RTCP: with RTP (RFC 5761), or as `a=rtcp` says (RFC 3605); omitted: one above RTP. */
  readonly rtcp?: 'muxed' | { readonly port: number; readonly address?: string };
}

export interface LocalAudio {
  readonly address: string;
  readonly port: number;
  /** o= session id; the version grows with each change (RFC 3264 §8). */
  readonly sessionId: number | string;
  readonly sessionVersion: number | string;
  /** Codec names this side takes, preferred first. */
  readonly codecs?: readonly G711[];
  readonly direction?: SdpDirection;
  /** o= user and s= name. */
  readonly username?: string;
  readonly name?: string;
}

export type G711 = 'PCMU' | 'PCMA';

const STATIC_NAMES: Readonly<Record<number, string>> = {
  0: 'PCMU',
  3: 'GSM',
  4: 'G723',
  8: 'PCMA',
  9: 'G722',
  18: 'G729',
};
const G711_TYPES: Readonly<Record<G711, number>> = { PCMU: 0, PCMA: 8 };
const OFFERED_EVENT_TYPE = 101;
const TELEPHONE_EVENT = 'telephone-event';

/** Reads the first audio stream; `undefined` when the text is not SDP or has none. Never throws. */
export function readAudio(sdp: string): AudioMedia | undefined {
  const session = parseSession(sdp);
  const media = session?.media.find((each) => each.type === 'audio');
  const connection = media?.connection ?? session?.connection;
  if (!session || !media || !connection || !Number.isInteger(media.port)) return undefined;
  return {
    address: textOf(connection.ip),
    port: media.port,
    direction: directionOf(media, session),
    said: saidIn(media, session),
    ...splitCodecs(codecsOf(media)),
    ...defined({ ptime: media.ptime, rtcp: rtcpOf(media) }),
  };
}

function rtcpOf({ rtcpMux, rtcp }: MediaDescription): AudioMedia['rtcp'] {
  if (rtcpMux !== undefined) return 'muxed';
  if (rtcp === undefined) return undefined;
  return { port: rtcp.port, ...(rtcp.address !== undefined && { address: textOf(rtcp.address) }) };
}

function splitCodecs(all: readonly AudioCodec[]): Pick<AudioMedia, 'codecs' | 'telephoneEvent'> {
  const isEvent = (codec: AudioCodec) => codec.name.toLowerCase() === TELEPHONE_EVENT;
  const codecs = all.filter((codec) => !isEvent(codec));
  const event = all.find((codec) => isEvent(codec) && codec.clockRate === 8000);
  return event ? { codecs, telephoneEvent: event.payloadType } : { codecs };
}

function parseSession(sdp: string): SessionDescription | undefined {
  if (!sdp.trimStart().startsWith('v=')) return undefined;
  try {
    return parse(sdp);
  } catch {
    return undefined; // sdp-transform throws on some malformed lines; a malformed text is an outcome here.
  }
}

/** sdp-transform makes a number of any field that looks like one, whatever its types say. */
type Loose = string | number;

function codecsOf(media: MediaDescription): AudioCodec[] {
  const { payloads = '' }: { readonly payloads?: Loose } = media;
  const types = textOf(payloads)
    .split(/\s+/)
    .filter((type) => /^\d+$/.test(type));
  return types.map(Number).flatMap((payloadType) => {
    const mapped = media.rtp.find((each) => each.payload === payloadType);
    const name: Loose | undefined = mapped?.codec ?? STATIC_NAMES[payloadType];
    return name === undefined ? [] : [{ payloadType, name: textOf(name), clockRate: mapped?.rate ?? 8000 }];
  });
}

function textOf(value: Loose): string {
  return String(value);
}

/** Media level wins over session level. */
function saidIn(media: MediaDescription, session: SessionDescription): SdpDirection {
  return media.direction ?? session.direction ?? 'sendrecv';
}

/** A null address is the hold of RFC 2543 (RFC 3264 §8.4), unless ICE will find the address (RFC 8839 §4.2.1.2). */
function directionOf(media: MediaDescription, session: SessionDescription): SdpDirection {
  const said = saidIn(media, session);
  const isNull = (media.connection ?? session.connection)?.ip === '0.0.0.0';
  const isFound = (media.iceUfrag ?? session.iceUfrag) !== undefined;
  return isNull && !isFound && said === 'sendrecv' ? 'sendonly' : said;
}

const SENDS: ReadonlySet<SdpDirection> = new Set<SdpDirection>(['sendrecv', 'sendonly']);
const RECEIVES: ReadonlySet<SdpDirection> = new Set<SdpDirection>(['sendrecv', 'recvonly']);

/** The direction an answer may have at most, given the offer's and what this side wants (RFC 3264 §6.1). */
export function answerDirection(offered: SdpDirection, wanted: SdpDirection = 'sendrecv'): SdpDirection {
  const sends = RECEIVES.has(offered) && SENDS.has(wanted);
  const receives = SENDS.has(offered) && RECEIVES.has(wanted);
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

/** What both sides can speak: our first preference that the other side listed, with the payload type it uses for it. */
export function chooseCodec(
  offer: AudioMedia,
  codecs: readonly G711[] = ['PCMU', 'PCMA'],
): (AudioCodec & { readonly name: G711 }) | undefined {
  for (const name of codecs) {
    const found = offer.codecs.find((codec) => codec.name.toUpperCase() === name && codec.clockRate === 8000);
    if (found) return { ...found, name };
  }
  return undefined;
}

export function buildOffer(local: LocalAudio): string {
  const codecs = (local.codecs ?? (['PCMU', 'PCMA'] as const)).map((name) => ({
    name,
    payloadType: G711_TYPES[name],
  }));
  return writeAudio(local, codecs, OFFERED_EVENT_TYPE, local.direction ?? 'sendrecv');
}

/** An answer with one codec; `undefined` when there is no audio stream or no common codec (→ 488). */
export function buildAnswer(offer: string, local: LocalAudio): string | undefined {
  const remote = readAudio(offer);
  const codec = remote && chooseCodec(remote, local.codecs);
  if (!codec) return undefined;
  return writeAudio(
    local,
    [codec],
    remote.telephoneEvent,
    answerDirection(remote.direction, local.direction),
  );
}

function writeAudio(
  local: LocalAudio,
  codecs: readonly { readonly name: string; readonly payloadType: number }[],
  eventType: number | undefined,
  direction: SdpDirection,
): string {
  const family = `IN IP${local.address.includes(':') ? 6 : 4} ${local.address}`;
  const types = [
    ...codecs.map((codec) => codec.payloadType),
    ...(eventType === undefined ? [] : [eventType]),
  ];
  const lines = [
    'v=0',
    `o=${local.username ?? '-'} ${local.sessionId} ${local.sessionVersion} ${family}`,
    `s=${local.name ?? '-'}`,
    `c=${family}`,
    't=0 0',
    `m=audio ${local.port} RTP/AVP ${types.join(' ')}`,
    ...codecs.map(({ payloadType, name }) => `a=rtpmap:${payloadType} ${name}/8000`),
    ...(eventType === undefined
      ? []
      : [`a=rtpmap:${eventType} telephone-event/8000`, `a=fmtp:${eventType} 0-16`]),
    'a=ptime:20',
    `a=${direction}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** The same text with another address in every c=, o= and RTCP line and host candidate; null addresses (hold) stay. */
export function withMediaAddress(sdp: string, address: string): string {
  const family = address.includes(':') ? 'IP6' : 'IP4';
  return sdp
    .replace(/^(a=candidate:\S+ \d+ \S+ \d+) \S+ (\d+ typ host)/gm, `$1 ${address} $2`)
    .replace(/^(a=rtcp:\d+ IN )IP[46] \S+/gm, `$1${family} ${address}`)
    .replace(/^(c=IN )IP[46] (?!0\.0\.0\.0)[^\s/]+/gm, `$1${family} ${address}`)
    .replace(/^(o=\S+ \S+ \S+ IN )IP[46] \S+/gm, `$1${family} ${address}`);
}

/** The same text with another direction on every stream. */
export function withDirection(sdp: string, direction: SdpDirection): string {
  const bare = sdp.replace(/^a=(?:sendrecv|sendonly|recvonly|inactive)\r?\n/gm, '');
  return `${bare.endsWith('\n') ? bare : `${bare}\r\n`}a=${direction}\r\n`;
}

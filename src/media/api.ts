/**
 * The contract of the media room: RTP ports with G.711, playback, recording, DTMF and bridging on one absolute 20 ms
 * schedule. Used by engine/freeswitch and phone; knows nothing of SIP, event sockets or our domain.
 * Commands are synchronous and take effect on the next tick; everything that happens comes back through events.
 * Audio inside the room is 16-bit linear PCM, mono, 8000 Hz, 160 samples a frame.
 */

import type { Conference } from './conference.js';
import type { RtcpReport } from '../wire/rtcp-packet.js';
import type { WebRtcEnd } from '../wire/sdp-webrtc.js';

export type Codec = 'PCMU' | 'PCMA';

export interface MediaClock {
  /** Monotonic milliseconds with fraction. */
  now(): number;
  after(ms: number, action: () => void): () => void;
}

export interface MediaOptions {
  /** Local IP literal that RTP sockets bind to. */
  readonly address: string;
  /** Even ports inclusive; omitted: chosen by the system. */
  readonly portRange?: { readonly first: number; readonly last: number };
  readonly clock?: MediaClock;
  /** Where SSRCs, first sequence numbers, first timestamps and the spread of reports come from; default node:crypto. */
  readonly randomUint32?: () => number;
  /** RTCP reports about so often, 5000 by RFC 3550 §6.2; omitted: none, and no port for them. */
  readonly rtcpIntervalMs?: number;
}

export interface Media {
  openPort(options: PortOptions): Promise<MediaPort>;
  /** Pacing of the schedule: late ticks against t0 + k·20 ms, since the last call with `reset`. */
  pacing(options?: { readonly reset?: 'yes' | 'no' }): Pacing;
  readonly portCount: number;
  close(): Promise<void>;
}

export interface Pacing {
  readonly ticks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Ticks skipped because the process was stopped for longer than a frame. */
  readonly skipped: number;
}

/** Base64 of master key and salt, 30 bytes, of each direction (RFC 4568). */
export interface SrtpKeys {
  readonly send: string;
  readonly receive: string;
}

/** `muxed`: with RTP (RFC 5761). Without an address it is that of RTP. */
export type RtcpPlace = 'muxed' | { readonly address?: string; readonly port: number };

/** How RTP flows with the far end; from the SDP negotiation of the owner. Can be changed at any time. */
export interface RtpSettings {
  readonly remote: { readonly address: string; readonly port: number } | undefined;
  readonly codec: Codec;
  /** RTP payload type of the codec, 0 or 8 unless the offer says otherwise. */
  readonly payloadType: number;
  /** telephone-event payload type (RFC 4733), undefined when not negotiated. */
  readonly dtmfPayloadType: number | undefined;
  readonly direction: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
  /** Undefined: plain RTP. */
  readonly srtp?: SrtpKeys | undefined;
  /** Where the far end takes RTCP; undefined: one above RTP. */
  readonly rtcp?: RtcpPlace | undefined;
}

/** What only a port towards a browser has. */
export interface WebRtcLine {
  /** Our half, for the answer. */
  readonly end: WebRtcEnd;
  /** The browser's half again: other credentials are an ICE restart, and make ours others, too. */
  renegotiate(remote: WebRtcEnd): void;
}

export interface PortOptions extends Partial<RtpSettings> {
  /** The browser's half of the offer: packets go by ICE and DTLS-SRTP. For the life of the port. */
  readonly webRtc?: WebRtcEnd;
  /** No RTP for this long → `mediaTimeout` once. 0 = never. `hold` counts while direction is not sendrecv/recvonly. */
  readonly mediaTimeoutMs?: number;
  readonly mediaHoldTimeoutMs?: number;
  /** Send silence frames when nothing plays (FreeSWITCH `send_silence_when_idle=-1`). */
  readonly idle?: 'silence' | 'nothing';
  readonly events?: Partial<PortEvents>;
}

export interface PortEvents {
  /** A digit ended (RFC 4733 end packet, once per digit) or was given by `injectDigit`. Duration in samples. */
  digit(digit: string, durationSamples: number, source: 'rtp' | 'info'): void;
  /** First RTP packet of the far end (address latched by symmetric RTP). */
  firstPacket(from: { readonly address: string; readonly port: number }): void;
  mediaTimeout(): void;
  /** RTCP of the far end. */
  report(report: FarEndReport): void;
}

/** A report of the far end, and the round trip that its block about us shows. */
export interface FarEndReport extends RtcpReport {
  readonly roundTripMs: number | undefined;
}

/** What the far end's reports said last; undefined what none said yet. */
export interface FarEndView {
  readonly senderPackets: number;
  readonly senderOctets: number;
  /** Of what we sent; the fraction is of 256, since its report before. */
  readonly lost: number | undefined;
  readonly fractionLost: number | undefined;
  readonly jitterMs: number | undefined;
  readonly roundTripMs: number | undefined;
}

export interface PortStats {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly lost: number;
  /** Times that one packet or more were missing in a row. */
  readonly gaps: number;
  readonly jitterMs: number;
  readonly ssrc: number;
  readonly remote: { readonly address: string; readonly port: number } | undefined;
  readonly farEnd: FarEndView | undefined;
}

export type PlayEnd = 'done' | 'stopped' | 'not-found' | 'error';

export interface PlayResult {
  readonly end: PlayEnd;
  /** Samples of the source that were sent. */
  readonly samples: number;
  /** True position in the source where it ended (samples). */
  readonly offset: number;
}

/**
 * What may be played, and counted in samples at 8000 Hz whatever the file has. Files are 8/16/… kHz WAV (PCM16, µ-law, A-law) mono or stereo (mixed down), resampled to 8 kHz.
 */
export type Source =
  | { readonly kind: 'file'; readonly path: string; readonly fromSample?: number }
  /** FreeSWITCH tone_stream text, e.g. `%(2000,4000,440,480);loops=-1`. */
  | { readonly kind: 'tone'; readonly spec: string }
  /** -1 = for ever. */
  | { readonly kind: 'silence'; readonly ms: number }
  | { readonly kind: 'samples'; readonly samples: Int16Array; readonly loops?: number };

export interface Playback {
  /** Settles once, never rejects. */
  readonly ended: Promise<PlayResult>;
  /** Source opened, first frame queued. */
  readonly started: Promise<{ readonly ok: boolean; readonly totalSamples: number | undefined }>;
  readonly positionSamples: number;
  seek(sample: number): void;
  pause(): void;
  resume(): void;
  stop(): void;
}

export interface RecordOptions {
  readonly path: string;
  readonly channels: 1 | 2;
  readonly limitMs?: number;
  /** `yes`: go on after what the file has. A file of another form is `unwritable`. */
  readonly append?: 'no' | 'yes';
  /** For mono: whose voice. Default both, mixed. */
  readonly voices?: 'both' | 'far-end' | 'ours';
}

export interface RecordingResult {
  readonly end: 'stopped' | 'limit' | 'port-closed' | 'unwritable' | 'disk';
  readonly samples: number;
  readonly path: string;
}

export interface RecordingHandle {
  /** File opened for writing. */
  readonly started: Promise<{ readonly ok: true } | { readonly ok: false; readonly why: string }>;
  readonly ended: Promise<RecordingResult>;
  /** Write silence instead of the voices (mask), or the voices again. */
  mask(): void;
  unmask(): void;
  /** Write nothing until `resume`: the file gets no longer meanwhile. */
  pause(): void;
  resume(): void;
  stop(): void;
}

export type WhisperTo = 'none' | 'target' | 'peer' | 'both';

export interface Eavesdropping {
  setWhisper(to: WhisperTo): void;
  stop(): void;
}

/** A place in a conference. `mouth` shut: not heard; `ears` shut: hears nobody. */
export interface ConferenceSeat {
  shut(what: 'mouth' | 'ears'): void;
  open(what: 'mouth' | 'ears'): void;
  leave(): void;
}

export interface MediaPort {
  readonly localAddress: string;
  readonly localPort: number;
  readonly settings: RtpSettings;
  readonly stats: PortStats;
  readonly webRtc: WebRtcLine | undefined;
  configure(settings: Partial<RtpSettings>): void;
  /**
   * Starts a playback on top of those already running on this port: the newest is heard, older ones pause and go on
   * when it ends (FreeSWITCH nested execute). Sources are heard by the far end of this port only, also in a bridge.
   */
  play(source: Source, options?: { readonly startPaused?: 'no' | 'yes' }): Playback;
  stopAll(): void;
  /**
   * WAV, 8 kHz PCM16. stereo: channel 0 what the far end says, channel 1 what it hears. mono: both mixed. A supervisor's
   * whisper is not in it (FreeSWITCH records before it, too).
   */
  record(options: RecordOptions): RecordingHandle;
  /** RFC 4733 events, one digit after another, when a payload type is negotiated. Each digit ≥ 40 ms, default 120 ms. */
  sendDigits(digits: string, durationMs?: number): Promise<void>;
  /** A digit that came by another way (SIP INFO). */
  injectDigit(digit: string, durationSamples: number): void;
  /** Frames of `other` go to our far end and ours to its, until unbridge or close. */
  bridge(other: MediaPort, options?: { readonly passDigits?: 'yes' | 'no' }): void;
  unbridge(): void;
  readonly bridgedTo: MediaPort | undefined;
  /** read: the far end's voice is dropped; write: it hears silence. */
  mute(direction: 'read' | 'write', state: 'on' | 'off'): void;
  /** Hear everybody else in it and be heard by them, until the seat is left or the port closes. */
  sit(conference: Conference): ConferenceSeat;
  /** Hear both sides of `target`; optionally speak into its port's far end and/or into its peer's. */
  eavesdrop(target: MediaPort, options?: { readonly whisperTo?: WhisperTo }): Eavesdropping;
  /**
   * Linear PCM of the far end, a frame every tick, silence included (test phones, tone detection). The frame is reused:
   * copy what is kept. Returns an unsubscribe function.
   */
  listen(action: (frame: Int16Array) => void): () => void;
  close(): Promise<void>;
}

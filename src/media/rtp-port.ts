/**
 * One RTP port of the room: what a SIP leg's SDP points at. Composed of a receiver, a sender and the activities on it;
 * served by open-media.ts in four phases a tick, every phase for all ports of the group before the next:
 *
 *   receive   one frame of the far end leaves the jitter buffer   → heard
 *   compose   playback, else eavesdropping, conference, bridge    → told (and with whispers: sent)
 *   transmit  a key press under way, else the frame, else nothing → the wire
 *   keep      recordings take heard and told
 */
import { Fault } from '../errors.js';
import { isRtcp } from '../wire/rtcp-packet.js';
import type {
  ConferenceSeat,
  Eavesdropping,
  MediaClock,
  MediaPort,
  Playback,
  PortOptions,
  PortStats,
  RecordingHandle,
  RecordOptions,
  RtpSettings,
  Source,
  WebRtcLine,
  WhisperTo,
} from './api.js';
import type { Conference, Seat } from './conference.js';
import { DtmfSender } from './dtmf-sender.js';
import { Eavesdropper, type Overheard } from './eavesdropper.js';
import { FarEnd, type RtpAddress } from './far-end.js';
import { addFrame, FRAME_SAMPLES, msOfSamples, SILENCE, type Frame } from './frame.js';
import { PlaybackStack } from './playback-stack.js';
import { Recorder } from './recorder.js';
import { ControlTarget } from './rtcp/control-target.js';
import { RtcpSession } from './rtcp/rtcp-session.js';
import { receives, RtpReceiver, sends } from './rtp-receiver.js';
import { RtpSender } from './rtp-sender.js';
import type { PacketWire } from './rtp-socket.js';
import type { SecuredSocket } from './srtp/secured-socket.js';
import { SilenceWatch } from './silence-watch.js';
import type { ToneStore } from './tone-store.js';

const DEFAULTS: RtpSettings = {
  remote: undefined,
  codec: 'PCMU',
  payloadType: 0,
  dtmfPayloadType: undefined,
  direction: 'sendrecv',
};
const DEFAULT_DIGIT_MS = 120;
const NOBODY: ReadonlySet<Eavesdropper> = new Set();

/** What a port is given by the room that owns it. */
export interface PortSurroundings {
  readonly socket: SecuredSocket;
  /** The same socket, when it is a browser's. */
  readonly webRtc: WebRtcLine | undefined;
  readonly localAddress: string;
  readonly tones: ToneStore;
  readonly clock: MediaClock;
  /** 0: no reports. */
  readonly rtcpIntervalMs: number;
  readonly randomUint32: () => number;
  readonly closed: (port: RtpPort) => void;
}

interface Bridge {
  readonly peer: RtpPort;
  readonly passDigits: 'yes' | 'no';
}

export class RtpPort implements MediaPort, Overheard {
  heard: Frame | undefined;
  told: Frame | undefined;
  #settings: RtpSettings;
  readonly #options: PortOptions;
  readonly #around: PortSurroundings;
  readonly #farEnd: FarEnd;
  readonly #receiver: RtpReceiver;
  readonly #sender: RtpSender;
  readonly #playbacks: PlaybackStack;
  readonly #digits = new DtmfSender();
  readonly #watch: SilenceWatch;
  readonly #reports: RtcpSession | undefined;
  readonly #reportsTo: ControlTarget;
  readonly #recorders = new Set<Recorder>();
  readonly #listeners = new Set<(frame: Int16Array) => void>();
  readonly #muted = new Set<'read' | 'write'>();
  /** Supervisors who listen to this port. */
  readonly #eavesdroppers = new Set<Eavesdropper>();
  #eavesdropping: Eavesdropper | undefined;
  #bridge: Bridge | undefined;
  #seat: Seat | undefined;
  readonly #heardFrame: Frame = new Int16Array(FRAME_SAMPLES);
  readonly #whisperFrame: Frame = new Int16Array(FRAME_SAMPLES);
  #sent: Frame | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: PortOptions, around: PortSurroundings) {
    this.#options = options;
    this.#around = around;
    this.#settings = withDefaults(DEFAULTS, options);
    this.#farEnd = new FarEnd({ address: around.localAddress, port: around.socket.port });
    this.#farEnd.signal(this.#settings.remote);
    around.socket.secure(this.#settings.srtp);
    this.#receiver = new RtpReceiver(this.#farEnd, {
      digit: (digit, duration) => this.#takeDigit(digit, duration, 'rtp'),
      firstPacket: (from) => options.events?.firstPacket?.(from),
    });
    this.#sender = new RtpSender((packet) => this.#send(packet), around.randomUint32);
    this.#playbacks = new PlaybackStack(around.tones);
    this.#watch = new SilenceWatch(options, around.clock.now());
    this.#reportsTo = new ControlTarget(this.#farEnd);
    this.#reports = around.rtcpIntervalMs > 0 ? this.#openReports() : undefined;
    around.socket.control?.onPacket((packet, from) => this.#takeReport(packet, from));
    around.socket.onPacket((packet, from) => {
      if (isRtcp(packet)) {
        this.#takeReport(packet, from);
        return;
      }
      const now = around.clock.now();
      if (this.#receiver.accept(packet, from, this.#settings, now) === 'rtp') this.#watch.restart(now);
    });
  }

  get localAddress(): string {
    return this.#around.localAddress;
  }

  get localPort(): number {
    return this.#around.socket.port;
  }

  get webRtc(): WebRtcLine | undefined {
    return this.#around.webRtc;
  }

  get settings(): RtpSettings {
    return this.#settings;
  }

  get stats(): PortStats {
    const { meter } = this.#receiver;
    return {
      packetsSent: this.#sender.packets,
      packetsReceived: meter.packets,
      bytesSent: this.#sender.bytes,
      bytesReceived: meter.bytes,
      lost: meter.lost,
      gaps: meter.gaps,
      jitterMs: meter.jitterMs,
      ssrc: this.#sender.ssrc,
      remote: this.#farEnd.target,
      farEnd: this.#reports?.view,
    };
  }

  get bridgedTo(): MediaPort | undefined {
    return this.#bridge?.peer;
  }

  configure(settings: Partial<RtpSettings>): void {
    const before = this.#settings.direction;
    this.#settings = withDefaults(this.#settings, settings);
    this.#farEnd.signal(this.#settings.remote);
    this.#around.socket.secure(this.#settings.srtp);
    if (before !== this.#settings.direction) this.#watch.restart(this.#around.clock.now());
  }

  play(source: Source, options: { readonly startPaused?: 'no' | 'yes' } = {}): Playback {
    const playback = this.#playbacks.play(source, options.startPaused === 'yes' ? 'held' : 'playing');
    if (this.#closing) playback.stop();
    return playback;
  }

  stopAll(): void {
    this.#playbacks.stopAll();
  }

  record(options: RecordOptions): RecordingHandle {
    const recorder = new Recorder(options);
    this.#recorders.add(recorder);
    void recorder.ended.then(() => this.#recorders.delete(recorder));
    if (this.#closing) recorder.finish('port-closed');
    return recorder;
  }

  sendDigits(digits: string, durationMs = DEFAULT_DIGIT_MS): Promise<void> {
    if (this.#closing || this.#settings.dtmfPayloadType === undefined) return Promise.resolve();
    return this.#digits.send(digits, durationMs);
  }

  injectDigit(digit: string, durationSamples: number): void {
    this.#takeDigit(digit, durationSamples, 'info');
  }

  bridge(other: MediaPort, options: { readonly passDigits?: 'yes' | 'no' } = {}): void {
    const peer = portOf(other);
    if (peer === this || this.#closing || peer.#closing) return;
    this.unbridge();
    peer.unbridge();
    const passDigits = options.passDigits ?? 'yes';
    this.#bridge = { peer, passDigits };
    peer.#bridge = { peer: this, passDigits };
  }

  unbridge(): void {
    if (this.#bridge) this.#bridge.peer.#bridge = undefined;
    this.#bridge = undefined;
  }

  sit(conference: Conference): ConferenceSeat {
    this.#seat?.leave();
    const seat = conference.seat(this, () => {
      if (this.#seat === seat) this.#seat = undefined;
    });
    if (this.#closing) seat.leave();
    else this.#seat = seat;
    return seat;
  }

  mute(direction: 'read' | 'write', state: 'on' | 'off'): void {
    if (state === 'on') this.#muted.add(direction);
    else this.#muted.delete(direction);
  }

  eavesdrop(other: MediaPort, options: { readonly whisperTo?: WhisperTo } = {}): Eavesdropping {
    const target = portOf(other);
    const link = new Eavesdropper(this, target, options.whisperTo ?? 'none', (gone) => {
      target.#eavesdroppers.delete(gone);
      if (this.#eavesdropping === gone) this.#eavesdropping = undefined;
    });
    this.#eavesdropping?.stop();
    if (this.#closing || target.#closing) return link;
    this.#eavesdropping = link;
    target.#eavesdroppers.add(link);
    return link;
  }

  listen(action: (frame: Int16Array) => void): () => void {
    this.#listeners.add(action);
    return () => {
      this.#listeners.delete(action);
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  receive(): void {
    const received = this.#receiver.read(this.#heardFrame) === 'audio';
    this.heard = received && !this.#muted.has('read') ? this.#heardFrame : undefined;
    for (const listener of this.#listeners) listener(this.heard ?? SILENCE);
    const isHeld = receives(this.#settings) ? 'open' : 'held';
    if (this.#watch.check(this.#around.clock.now(), isHeld) === 'silent-too-long')
      this.#options.events?.mediaTimeout?.();
  }

  compose(): void {
    const playing = this.#playbacks.read();
    this.told = playing ?? this.#eavesdropping?.listen() ?? this.#seat?.hear() ?? this.#bridge?.peer.heard;
    this.#sent = this.#muted.has('write') ? undefined : this.#withWhispers(this.told);
  }

  /** `skippedFrames`: ticks before this one fell out; the timestamp passes over them. */
  transmit(skippedFrames: number): void {
    this.#sender.skip(skippedFrames);
    if (sends(this.#settings)) this.#transmitDue();
    else this.#digits.clear();
    this.#sender.endTick();
  }

  keep(skippedFrames: number): void {
    const told = this.#muted.has('write') ? undefined : this.told;
    for (const recorder of this.#recorders) {
      recorder.skip(skippedFrames);
      recorder.write(this.heard, told);
    }
  }

  #transmitDue(): void {
    if (this.#digits.tick(this.#sender, this.#settings.dtmfPayloadType) === 'busy') return;
    const frame = this.#sent ?? (this.#options.idle === 'nothing' ? undefined : SILENCE);
    if (frame) this.#sender.audio(frame, this.#settings);
  }

  #openReports(): RtcpSession {
    const { clock, randomUint32, rtcpIntervalMs } = this.#around;
    return new RtcpSession({
      clock,
      randomUint32,
      intervalMs: rtcpIntervalMs,
      sender: this.#sender,
      meter: this.#receiver.meter,
      send: (packet) => this.#sendReport(packet),
      told: (report) => this.#options.events?.report?.(report),
    });
  }

  #takeReport(packet: Buffer, from: RtpAddress): void {
    if (this.#reportsTo.accepts(from, this.#settings)) this.#reports?.take(packet);
  }

  #sendReport(packet: Buffer): 'sent' | 'dropped' {
    const { socket } = this.#around;
    const wire: PacketWire | undefined = this.#settings.rtcp === 'muxed' ? socket : socket.control;
    const target = this.#reportsTo.of(this.#settings);
    return wire && target ? wire.send(packet, target) : 'dropped';
  }

  #send(packet: Buffer): 'sent' | 'dropped' {
    const { target } = this.#farEnd;
    return target ? this.#around.socket.send(packet, target) : 'dropped';
  }

  #withWhispers(frame: Frame | undefined): Frame | undefined {
    const peer = this.#bridge?.peer;
    const overPeer = peer ? peer.#eavesdroppers : NOBODY;
    if (this.#eavesdroppers.size === 0 && overPeer.size === 0) return frame;
    this.#whisperFrame.set(frame ?? SILENCE);
    for (const link of this.#eavesdroppers) addFrame(this.#whisperFrame, link.whisper('target') ?? SILENCE);
    for (const link of overPeer) addFrame(this.#whisperFrame, link.whisper('peer') ?? SILENCE);
    return this.#whisperFrame;
  }

  #takeDigit(digit: string, durationSamples: number, source: 'rtp' | 'info'): void {
    this.#options.events?.digit?.(digit, durationSamples, source);
    const bridge = this.#bridge;
    if (bridge?.passDigits === 'yes') void bridge.peer.sendDigits(digit, msOfSamples(durationSamples));
  }

  async #close(): Promise<void> {
    this.unbridge();
    this.#seat?.leave();
    this.#eavesdropping?.stop();
    for (const link of this.#eavesdroppers) link.stop();
    this.#digits.clear();
    this.#reports?.close();
    this.#listeners.clear();
    for (const recorder of this.#recorders) recorder.finish('port-closed');
    this.#around.closed(this);
    await this.#around.socket.close();
    await this.#playbacks.close();
    await Promise.all([...this.#recorders].map((recorder) => recorder.ended));
  }
}

function portOf(port: MediaPort): RtpPort {
  if (port instanceof RtpPort) return port;
  throw new Fault('bug', 'A media port of another implementation cannot be joined to this one');
}

/** Settings that are given win; `remote: undefined` and `dtmfPayloadType: undefined` are given values, too. */
function withDefaults(before: RtpSettings, given: Partial<RtpSettings>): RtpSettings {
  return {
    remote: 'remote' in given ? given.remote : before.remote,
    codec: given.codec ?? before.codec,
    payloadType: given.payloadType ?? before.payloadType,
    dtmfPayloadType: 'dtmfPayloadType' in given ? given.dtmfPayloadType : before.dtmfPayloadType,
    direction: given.direction ?? before.direction,
    srtp: 'srtp' in given ? given.srtp : before.srtp,
    rtcp: 'rtcp' in given ? given.rtcp : before.rtcp,
  };
}

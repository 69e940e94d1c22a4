/**
 * The other direction of a port: one stream with one SSRC whose sequence numbers and timestamps go on through every
 * change of source (RFC 3550 §5.1). The timestamp is the tick, so pauses and skipped ticks show as gaps, not as bursts.
 * Owned by rtp-port.ts; one buffer for audio and one for events are reused for ever.
 */
import { Buffer } from 'node:buffer';
import { DTMF_EVENT_BYTES, writeDtmfEvent, type DtmfEvent } from '../wire/dtmf-event.js';
import { A_LAW, encodeG711, MU_LAW } from '../wire/g711.js';
import { RTP_HEADER_BYTES, writeRtpHeader, type RtpHeader } from '../wire/rtp-packet.js';
import type { RtpSettings } from './api.js';
import { FRAME_SAMPLES, type Frame } from './frame.js';

export class RtpSender {
  readonly ssrc: number;
  packets = 0;
  bytes = 0;
  readonly #send: (packet: Buffer) => 'sent' | 'dropped';
  readonly #audioPacket = Buffer.alloc(RTP_HEADER_BYTES + FRAME_SAMPLES);
  readonly #eventPacket = Buffer.alloc(RTP_HEADER_BYTES + DTMF_EVENT_BYTES);
  readonly #header: RtpHeader;
  #timestamp: number;
  #before: 'audio' | 'gap' = 'gap';
  #now: 'audio' | 'gap' = 'gap';

  constructor(send: (packet: Buffer) => 'sent' | 'dropped', randomUint32: () => number) {
    this.#send = send;
    this.ssrc = randomUint32();
    this.#timestamp = randomUint32();
    this.#header = {
      payloadType: 0,
      marker: 0,
      sequence: randomUint32() & 0xffff,
      timestamp: 0,
      ssrc: this.ssrc,
    };
  }

  /** Of the tick under way. */
  get timestamp(): number {
    return this.#timestamp;
  }

  /** The marker bit shows where audio begins again after a pause (RFC 3551 §4.1). */
  audio(frame: Frame, settings: RtpSettings): void {
    const law = settings.codec === 'PCMA' ? A_LAW : MU_LAW;
    const marker = this.#before === 'gap' ? 1 : 0;
    encodeG711(law, frame, this.#audioPacket, RTP_HEADER_BYTES);
    const sent = this.#packet(this.#audioPacket, settings.payloadType, this.#timestamp, marker);
    if (sent === 'sent') this.#now = 'audio';
  }

  /** One packet of a key press that began at `startTimestamp`; `marker` on its first. */
  event(event: DtmfEvent, payloadType: number, startTimestamp: number, marker: 0 | 1): void {
    writeDtmfEvent(this.#eventPacket, RTP_HEADER_BYTES, event);
    this.#packet(this.#eventPacket, payloadType, startTimestamp, marker);
  }

  /** So many ticks fell out: the timestamp passes over them, and audio begins anew. */
  skip(frames: number): void {
    if (frames === 0) return;
    this.#pass(frames);
    this.#before = 'gap';
  }

  endTick(): void {
    this.#pass(1);
    this.#before = this.#now;
    this.#now = 'gap';
  }

  #pass(frames: number): void {
    this.#timestamp = (this.#timestamp + frames * FRAME_SAMPLES) >>> 0;
  }

  #packet(packet: Buffer, payloadType: number, timestamp: number, marker: 0 | 1): 'sent' | 'dropped' {
    const header = this.#header;
    header.payloadType = payloadType;
    header.timestamp = timestamp;
    header.marker = marker;
    writeRtpHeader(packet, header);
    if (this.#send(packet) === 'dropped') return 'dropped';
    header.sequence = (header.sequence + 1) & 0xffff;
    this.packets += 1;
    this.bytes += packet.length;
    return 'sent';
  }
}

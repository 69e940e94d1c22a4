/**
 * One direction of a port: datagrams in, frames and digits out. Filters by payload type and address, counts, and keeps
 * the jitter buffer. Nothing is allocated per packet. Owned by rtp-port.ts.
 */
import { A_LAW, MU_LAW } from '../wire/g711.js';
import { emptyRtpView, readRtp } from '../wire/rtp-packet.js';
import type { RtpSettings } from './api.js';
import { DtmfReceiver } from './dtmf-receiver.js';
import type { FarEnd, RtpAddress } from './far-end.js';
import type { Frame } from './frame.js';
import { JitterBuffer } from './jitter-buffer.js';
import { ReceptionMeter } from './reception-meter.js';

export interface ReceiverEvents {
  digit(digit: string, durationSamples: number): void;
  firstPacket(from: RtpAddress): void;
}

export class RtpReceiver {
  readonly meter = new ReceptionMeter();
  readonly #view = emptyRtpView();
  readonly #jitter = new JitterBuffer();
  readonly #dtmf: DtmfReceiver;
  readonly #farEnd: FarEnd;
  readonly #events: ReceiverEvents;

  constructor(farEnd: FarEnd, events: ReceiverEvents) {
    this.#farEnd = farEnd;
    this.#events = events;
    this.#dtmf = new DtmfReceiver((digit, duration) => {
      events.digit(digit, duration);
    });
  }

  /** Takes a datagram; `rtp` when it counts as a sign of life of the far end. */
  accept(packet: Buffer, from: RtpAddress, settings: RtpSettings, now: number): 'rtp' | 'ignored' {
    const view = this.#view;
    if (!readRtp(packet, view)) return 'ignored';
    const isAudio = view.payloadType === settings.payloadType;
    if (!isAudio && view.payloadType !== settings.dtmfPayloadType) return 'ignored';
    if (!this.#farEnd.accepts(from, now)) return 'ignored';
    if (this.meter.packets === 0) this.#events.firstPacket({ address: from.address, port: from.port });
    const sender = this.meter.count(view, packet.length, now, isAudio ? 'timed' : 'untimed');
    if (sender === 'new-sender') this.#forget();
    if (!receives(settings)) return 'rtp';
    if (isAudio) this.#audio(packet, settings);
    else this.#dtmf.accept(view, packet);
    return 'rtp';
  }

  /** The next 20 ms of the far end, if it sends. Once a tick. */
  read(frame: Frame): 'audio' | 'nothing' {
    this.#dtmf.tick();
    return this.#jitter.read(frame);
  }

  #audio(packet: Buffer, settings: RtpSettings): void {
    const law = settings.codec === 'PCMA' ? A_LAW : MU_LAW;
    const { timestamp, payloadStart, payloadEnd } = this.#view;
    this.#jitter.write(timestamp, law.decode, packet, payloadStart, payloadEnd);
  }

  #forget(): void {
    this.#jitter.reset();
    this.#dtmf.reset();
  }
}

export function receives(settings: RtpSettings): boolean {
  return settings.direction === 'sendrecv' || settings.direction === 'recvonly';
}

export function sends(settings: RtpSettings): boolean {
  return settings.direction === 'sendrecv' || settings.direction === 'sendonly';
}

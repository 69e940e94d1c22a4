/**
 * Named telephone events for DTMF (RFC 4733 §2.3): the four-byte payload and the event codes of the sixteen keys.
 * Pure; called by media/ for every telephone-event packet.
 */
import type { Buffer } from 'node:buffer';

export const DTMF_EVENT_BYTES = 4;
/** In order of their event codes 0–15 (RFC 4733 §3.2). */
export const DTMF_DIGITS = '0123456789*#ABCD';

export interface DtmfEvent {
  /** 0–15 are keys; others (16 = hook flash, …) are left to the caller. */
  readonly event: number;
  /** `end`: this is the (repeated) final packet of the event. */
  readonly phase: 'going' | 'end';
  /** Power of the tone in -dBm0, 0–63. */
  readonly volume: number;
  /** Timestamp units since the start of the event, 0–65535. */
  readonly duration: number;
}

/** Reads the first event of a payload; `undefined` when it is too short. */
export function readDtmfEvent(packet: Buffer, start: number, end: number): DtmfEvent | undefined {
  if (end - start < DTMF_EVENT_BYTES) return undefined;
  const flags = packet.readUInt8(start + 1);
  return {
    event: packet.readUInt8(start),
    phase: flags & 0x80 ? 'end' : 'going',
    volume: flags & 0x3f,
    duration: packet.readUInt16BE(start + 2),
  };
}

export function writeDtmfEvent(packet: Buffer, offset: number, event: DtmfEvent): void {
  packet.writeUInt8(event.event, offset);
  packet.writeUInt8((event.phase === 'end' ? 0x80 : 0) | event.volume, offset + 1);
  packet.writeUInt16BE(Math.min(event.duration, 0xffff), offset + 2);
}

export function digitOfEvent(event: number): string | undefined {
  return DTMF_DIGITS[event];
}

/** Event code of a key, in either case; `undefined` for any other character. */
export function eventOfDigit(digit: string): number | undefined {
  const event = digit.length === 1 ? DTMF_DIGITS.indexOf(digit.toUpperCase()) : -1;
  return event < 0 ? undefined : event;
}

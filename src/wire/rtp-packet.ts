/**
 * RTP packet codec (RFC 3550 §5.1, §5.3.1). Pure; called by media/ for every packet in and out. Reading fills one
 * view that the caller reuses, so that nothing is allocated per packet; the payload stays where it is in the buffer.
 */
import type { Buffer } from 'node:buffer';

export const RTP_HEADER_BYTES = 12;
const VERSION = 2;

export interface RtpHeader {
  /** 0–127. */
  payloadType: number;
  marker: 0 | 1;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, unsigned, in units of the payload's clock (8000 Hz for G.711 and telephone-event). */
  timestamp: number;
  /** 32 bits, unsigned. */
  ssrc: number;
}

/** A packet as read: its header and where its payload lies in the buffer. */
export interface RtpView extends RtpHeader {
  payloadStart: number;
  /** Exclusive; padding is already left out. */
  payloadEnd: number;
}

export function emptyRtpView(): RtpView {
  return {
    payloadType: 0,
    marker: 0,
    sequence: 0,
    timestamp: 0,
    ssrc: 0,
    payloadStart: 0,
    payloadEnd: 0,
  };
}

/** Fills `view` from an untrusted datagram; false (view undefined in content) when it is not a whole RTP packet. */
export function readRtp(packet: Buffer, view: RtpView): boolean {
  if (packet.length < RTP_HEADER_BYTES) return false;
  const flags = packet.readUInt8(0);
  if (flags >> 6 !== VERSION) return false;
  const kind = packet.readUInt8(1);
  view.marker = kind & 0x80 ? 1 : 0;
  view.payloadType = kind & 0x7f;
  view.sequence = packet.readUInt16BE(2);
  view.timestamp = packet.readUInt32BE(4);
  view.ssrc = packet.readUInt32BE(8);
  view.payloadStart = payloadStart(packet, flags);
  view.payloadEnd = packet.length - paddingBytes(packet, flags);
  return view.payloadStart <= view.payloadEnd;
}

/** After the CSRC list and a header extension; beyond the packet when either is cut off. */
function payloadStart(packet: Buffer, flags: number): number {
  const fixed = RTP_HEADER_BYTES + 4 * (flags & 0x0f);
  if (!(flags & 0x10)) return fixed;
  if (packet.length < fixed + 4) return Infinity;
  return fixed + 4 + 4 * packet.readUInt16BE(fixed + 2);
}

/** The last byte counts the padding, itself included; a count of 0 makes the packet invalid. */
function paddingBytes(packet: Buffer, flags: number): number {
  if (!(flags & 0x20)) return 0;
  return packet.readUInt8(packet.length - 1) || Infinity;
}

/** Writes a header without CSRC, extension or padding to the first 12 bytes of `packet`. */
export function writeRtpHeader(packet: Buffer, header: RtpHeader): void {
  packet.writeUInt8(VERSION << 6, 0);
  packet.writeUInt8((header.marker << 7) | header.payloadType, 1);
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp, 4);
  packet.writeUInt32BE(header.ssrc, 8);
}

/** Signed distance from `from` to `to` on the circle of 16-bit sequence numbers. */
export function sequenceDistance(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** Signed distance from `from` to `to` on the circle of 32-bit timestamps. */
export function timestampDistance(from: number, to: number): number {
  return (to - from) | 0;
}

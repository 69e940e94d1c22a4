/**
 * One direction of SRTP with AES_CM_128_HMAC_SHA1_80 (RFC 3711): packets are encrypted behind their header, authenticated
 * whole, and none is taken twice. A stream follows one SSRC; another one begins anew with the same keys.
 */
import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { counterMode, packetIv, sessionKeys, type SessionKeys } from './session-keys.js';

const TAG_BYTES = 10;
const RTP_HEADER_BYTES = 12;
const SEQUENCES = 0x10000;
/** A sequence number that jumps further than this has gone round (RFC 3711 §3.3.1). */
const HALF = 0x8000;
/** Packets that may come late and are told from repeats (§3.3.2: at least 64). */
const WINDOW = 64n;
const WINDOW_MASK = (1n << WINDOW) - 1n;

interface Following {
  readonly ssrc: number;
  rollOver: number;
  /** Highest sequence number so far. */
  highest: number;
  /** Bit n: the packet n before the highest was there. */
  seen: bigint;
}

export class SrtpStream {
  readonly #keys: SessionKeys;
  #following: Following | undefined;

  /** 30 bytes: master key and salt. */
  constructor(master: Buffer) {
    this.#keys = sessionKeys(master);
  }

  /** A new buffer; the packet stays as it is. */
  protect(packet: Buffer): Buffer {
    const { ssrc, sequence } = headOf(packet);
    const rollOver = this.#rollOverOfNext(ssrc, sequence);
    const body = headerBytes(packet);
    const sealed = Buffer.alloc(packet.length + TAG_BYTES);
    packet.copy(sealed, 0, 0, body);
    this.#cipher(packet.subarray(body), ssrc, rollOver, sequence).copy(sealed, body);
    this.#tag(sealed.subarray(0, packet.length), rollOver).copy(sealed, packet.length);
    return sealed;
  }

  /** Undefined: not authentic, a repeat, or no packet at all. */
  unprotect(sealed: Buffer): Buffer | undefined {
    const end = sealed.length - TAG_BYTES;
    if (end < RTP_HEADER_BYTES || headerBytes(sealed) > end) return undefined;
    const { ssrc, sequence } = headOf(sealed);
    const before = this.#following?.ssrc === ssrc ? this.#following : undefined;
    const rollOver = before ? guessRollOver(before, sequence) : 0;
    const packet = sealed.subarray(0, end);
    if (rollOver < 0 || !timingSafeEqual(this.#tag(packet, rollOver), sealed.subarray(end))) return undefined;
    if (before && isRepeat(before, rollOver, sequence)) return undefined;
    this.#note(before, { ssrc, rollOver, sequence });
    const body = headerBytes(packet);
    const opened = Buffer.from(packet);
    this.#cipher(packet.subarray(body), ssrc, rollOver, sequence).copy(opened, body);
    return opened;
  }

  #rollOverOfNext(ssrc: number, sequence: number): number {
    const before = this.#following;
    if (before?.ssrc !== ssrc) {
      this.#following = { ssrc, rollOver: 0, highest: sequence, seen: 1n };
      return 0;
    }
    if (sequence < before.highest && before.highest - sequence > HALF) before.rollOver += 1;
    before.highest = sequence;
    return before.rollOver;
  }

  #note(
    before: Following | undefined,
    {
      ssrc,
      rollOver,
      sequence,
    }: { readonly ssrc: number; readonly rollOver: number; readonly sequence: number },
  ): void {
    if (before === undefined) {
      this.#following = { ssrc, rollOver, highest: sequence, seen: 1n };
      return;
    }
    const ahead = indexOf(rollOver, sequence) - indexOf(before.rollOver, before.highest);
    if (ahead > 0) {
      before.seen = ((before.seen << BigInt(Math.min(ahead, Number(WINDOW)))) | 1n) & WINDOW_MASK;
      before.rollOver = rollOver;
      before.highest = sequence;
    } else before.seen |= 1n << BigInt(-ahead);
  }

  #cipher(bytes: Buffer, ssrc: number, rollOver: number, sequence: number): Buffer {
    return counterMode(this.#keys.cipher, packetIv(this.#keys.salt, ssrc, rollOver, sequence), bytes);
  }

  /** Over the packet and the roll-over counter, which does not travel (§4.2). */
  #tag(packet: Buffer, rollOver: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(rollOver >>> 0);
    return createHmac('sha1', this.#keys.auth).update(packet).update(counter).digest().subarray(0, TAG_BYTES);
  }
}

function headOf(packet: Buffer): { readonly ssrc: number; readonly sequence: number } {
  return { sequence: packet.readUInt16BE(2), ssrc: packet.readUInt32BE(8) };
}

/** Fixed header, contributing sources, extension: never encrypted. */
function headerBytes(packet: Buffer): number {
  const first = packet.readUInt8(0);
  const fixed = RTP_HEADER_BYTES + 4 * (first & 0x0f);
  const hasExtension = (first & 0x10) !== 0 && packet.length >= fixed + 4;
  return hasExtension ? fixed + 4 + 4 * packet.readUInt16BE(fixed + 2) : fixed;
}

/** Appendix A: of the counter, its predecessor and its successor the one that is nearest. */
function guessRollOver({ rollOver, highest }: Following, sequence: number): number {
  if (highest < HALF) return sequence - highest > HALF ? rollOver - 1 : rollOver;
  return highest - HALF > sequence ? rollOver + 1 : rollOver;
}

function indexOf(rollOver: number, sequence: number): number {
  return rollOver * SEQUENCES + sequence;
}

function isRepeat({ rollOver, highest, seen }: Following, ofRollOver: number, sequence: number): boolean {
  const behind = indexOf(rollOver, highest) - indexOf(ofRollOver, sequence);
  if (behind < 0) return false;
  return behind >= Number(WINDOW) || ((seen >> BigInt(behind)) & 1n) === 1n;
}

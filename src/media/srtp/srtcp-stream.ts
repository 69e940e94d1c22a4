/**
 * One direction of SRTCP with AES_CM_128_HMAC_SHA1_80 (RFC 3711 §3.4): as SRTP with keys of its own, but its index travels
 * in the packet. Reports are seconds apart, so one that is not newer than the last is a repeat.
 */
import { Buffer } from 'node:buffer';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { counterMode, packetIv, sessionKeys, type SessionKeys } from './session-keys.js';

const TAG_BYTES = 10;
/** First header and SSRC stay readable. */
const CLEAR_BYTES = 8;
const INDEX_BYTES = 4;
const ENCRYPTED = 0x80000000;
const INDEX_MASK = 0x7fffffff;

export class SrtcpStream {
  readonly #keys: SessionKeys;
  #sent = 0;
  #received: { readonly ssrc: number; readonly index: number } | undefined;

  /** 30 bytes: master key and salt. */
  constructor(master: Buffer) {
    this.#keys = sessionKeys(master, 'rtcp');
  }

  protect(packet: Buffer): Buffer {
    this.#sent = (this.#sent + 1) & INDEX_MASK;
    const index = Buffer.alloc(INDEX_BYTES);
    index.writeUInt32BE((ENCRYPTED | this.#sent) >>> 0);
    const sealed = Buffer.concat([this.#cipher(packet, this.#sent), index]);
    return Buffer.concat([sealed, this.#tag(sealed)]);
  }

  /** Undefined: not authentic, a repeat, or no packet at all. */
  unprotect(sealed: Buffer): Buffer | undefined {
    const end = sealed.length - TAG_BYTES;
    const body = end - INDEX_BYTES;
    if (body < CLEAR_BYTES || !timingSafeEqual(this.#tag(sealed.subarray(0, end)), sealed.subarray(end)))
      return undefined;
    const word = sealed.readUInt32BE(body);
    const [ssrc, index] = [sealed.readUInt32BE(4), word & INDEX_MASK];
    if (this.#received?.ssrc === ssrc && index <= this.#received.index) return undefined;
    this.#received = { ssrc, index };
    const packet = sealed.subarray(0, body);
    return (word & ENCRYPTED) === 0 ? Buffer.from(packet) : this.#cipher(packet, index);
  }

  /** The same both ways. */
  #cipher(packet: Buffer, index: number): Buffer {
    const iv = packetIv(this.#keys.salt, packet.readUInt32BE(4), index >>> 16, index & 0xffff);
    return Buffer.concat([
      packet.subarray(0, CLEAR_BYTES),
      counterMode(this.#keys.cipher, iv, packet.subarray(CLEAR_BYTES)),
    ]);
  }

  #tag(sealed: Buffer): Buffer {
    return createHmac('sha1', this.#keys.auth).update(sealed).digest().subarray(0, TAG_BYTES);
  }
}

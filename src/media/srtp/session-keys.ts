/** Session keys of SRTP from a master key (RFC 3711 §4.3), and the key stream of AES in counter mode (§4.1.1). */
import { Buffer } from 'node:buffer';
import { createCipheriv } from 'node:crypto';

export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES = 14;
const AUTH_KEY_BYTES = 20;
const IV_BYTES = 16;
const LABEL_AT = 7;
/** §4.3.1 and §4.3.2. */
const LABELS = { rtp: { cipher: 0, auth: 1, salt: 2 }, rtcp: { cipher: 3, auth: 4, salt: 5 } } as const;

export interface SessionKeys {
  readonly cipher: Buffer;
  readonly salt: Buffer;
  readonly auth: Buffer;
}

/** `master`: key and salt, as SDES carries them (RFC 4568 §6.1). The key derivation rate is 0. */
export function sessionKeys(master: Buffer, of: keyof typeof LABELS = 'rtp'): SessionKeys {
  const labels = LABELS[of];
  const key = master.subarray(0, MASTER_KEY_BYTES);
  const salt = master.subarray(MASTER_KEY_BYTES, MASTER_KEY_BYTES + MASTER_SALT_BYTES);
  const derive = (label: number, bytes: number) => {
    const iv = Buffer.alloc(IV_BYTES);
    salt.copy(iv);
    iv.writeUInt8(iv.readUInt8(LABEL_AT) ^ label, LABEL_AT);
    return counterMode(key, iv, Buffer.alloc(bytes));
  };
  return {
    cipher: derive(labels.cipher, MASTER_KEY_BYTES),
    auth: derive(labels.auth, AUTH_KEY_BYTES),
    salt: derive(labels.salt, MASTER_SALT_BYTES),
  };
}

/** IV = (salt · 2^16) XOR (SSRC · 2^64) XOR (index · 2^16); `index` is roll-over counter and sequence number. */
export function packetIv(salt: Buffer, ssrc: number, rollOver: number, sequence: number): Buffer {
  const iv = Buffer.alloc(IV_BYTES);
  salt.copy(iv);
  iv.writeUInt32BE((iv.readUInt32BE(4) ^ ssrc) >>> 0, 4);
  iv.writeUInt32BE((iv.readUInt32BE(8) ^ rollOver) >>> 0, 8);
  iv.writeUInt16BE(iv.readUInt16BE(12) ^ sequence, 12);
  return iv;
}

/** The same both ways. */
export function counterMode(key: Buffer, iv: Buffer, bytes: Buffer): Buffer {
  return createCipheriv('aes-128-ctr', key, iv).update(bytes);
}

/**
 * Framing of the drachtio control connection: the payload's length in bytes as decimal ASCII, `#`, the payload in
 * UTF-8, nothing after it. As drachtio-server: at most 5 digits, and anything else ends the connection.
 */
import { Buffer } from 'node:buffer';

export type DrachtioFrames =
  | { readonly frames: readonly string[] }
  /** Frames read before the fault, and what was wrong. The reader takes nothing more. */
  | { readonly frames: readonly string[]; readonly fault: 'length' };

export interface DrachtioFrameReader {
  push(chunk: Uint8Array): DrachtioFrames;
}

const HASH = 0x23;
const MOST_DIGITS = 5;

export function encodeDrachtioFrame(payload: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(payload)}#${payload}`);
}

export function createDrachtioFrameReader(): DrachtioFrameReader {
  let pending: Buffer = Buffer.alloc(0);
  let isBroken = false;

  return {
    push(chunk) {
      if (isBroken) return { frames: [] };
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
      const frames: string[] = [];
      for (;;) {
        const header = readLength(pending);
        if (header === 'more') return { frames };
        if (header === 'fault') {
          isBroken = true;
          return { frames, fault: 'length' };
        }
        const end = header.from + header.bytes;
        if (pending.length < end) return { frames };
        frames.push(pending.toString('utf8', header.from, end));
        pending = pending.subarray(end);
      }
    },
  };
}

function readLength(pending: Buffer): { readonly from: number; readonly bytes: number } | 'more' | 'fault' {
  const hash = pending.subarray(0, MOST_DIGITS + 1).indexOf(HASH);
  const digits = pending.toString('latin1', 0, hash < 0 ? Math.min(pending.length, MOST_DIGITS + 1) : hash);
  if (!/^\d*$/.test(digits)) return 'fault';
  if (hash < 0) return digits.length > MOST_DIGITS ? 'fault' : 'more';
  return digits === '' ? 'fault' : { from: hash + 1, bytes: Number(digits) };
}

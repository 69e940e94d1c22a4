/** Chance of the operating system, for main. */
import { randomBytes } from 'node:crypto';
import type { Random } from '../app/ports/ports.js';

const BITS = 48;

export const systemRandom: Random = {
  next: () => randomBytes(BITS / 8).readUIntBE(0, BITS / 8) / 2 ** BITS,
};

export const systemRandomBytes = (count: number): Uint8Array => randomBytes(count);

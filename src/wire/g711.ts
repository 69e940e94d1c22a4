/**
 * G.711 as tables: µ-law and A-law (ITU-T G.711), 16-bit linear PCM on the other side. Pure; called by media/ for every
 * frame and by wav-samples.ts. The tables are made once, when the module is loaded (140 kB).
 */

export interface G711Law {
  /** Code of a sample: index it with `sample & 0xffff`. */
  readonly encode: Uint8Array;
  /** Sample of a code, 0–255. */
  readonly decode: Int16Array;
  /** Code of the sample 0. */
  readonly silence: number;
}

const MU_BIAS = 0x84;
const CLIP = 32_635;

/** Position of the highest set bit of an 8-bit value, 0 for 0 and 1. */
function segmentOf(value: number): number {
  return value < 2 ? 0 : 31 - Math.clz32(value);
}

function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample) + MU_BIAS, CLIP);
  const segment = segmentOf(magnitude >> 7);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0f)) & 0xff;
}

function decodeMu(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + MU_BIAS) << ((bits >> 4) & 7)) - MU_BIAS;
  return bits & 0x80 ? -magnitude : magnitude;
}

/** Even bits are inverted on the line (G.711 table 1a, note 2), hence 0x55. */
function encodeA(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(Math.abs(sample), CLIP);
  const segment = magnitude < 256 ? 0 : segmentOf(magnitude >> 8) + 1;
  const mantissa = magnitude >> (segment < 2 ? 4 : segment + 3);
  return (sign | (segment << 4) | (mantissa & 0x0f)) ^ 0x55;
}

function decodeA(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = ((bits & 0x0f) << 4) + 8;
  const magnitude = segment === 0 ? step : (step + 0x100) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

function makeLaw(encodeSample: (sample: number) => number, decodeCode: (code: number) => number): G711Law {
  const encode = Uint8Array.from({ length: 65_536 }, (_, index) => encodeSample((index << 16) >> 16));
  const decode = Int16Array.from({ length: 256 }, (_, code) => decodeCode(code));
  return { encode, decode, silence: encodeSample(0) };
}

export const MU_LAW: G711Law = makeLaw(encodeMu, decodeMu);
export const A_LAW: G711Law = makeLaw(encodeA, decodeA);

/** Encodes `frame` into `bytes` from `offset`; one byte a sample. */
export function encodeG711(law: G711Law, frame: Int16Array, bytes: Uint8Array, offset = 0): void {
  const table = law.encode;
  for (let index = 0; index < frame.length; index += 1) {
    bytes[offset + index] = table[(frame[index] ?? 0) & 0xffff] ?? law.silence;
  }
}

/** Decodes all of `bytes` into `frame` from its start. */
export function decodeG711(law: G711Law, bytes: Uint8Array, frame: Int16Array): void {
  const table = law.decode;
  for (let index = 0; index < bytes.length; index += 1) frame[index] = table[bytes[index] ?? 0] ?? 0;
}

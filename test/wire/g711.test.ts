import { alaw, mulaw } from 'alawmulaw';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { A_LAW, decodeG711, encodeG711, MU_LAW } from '../../src/wire/g711.js';

const laws = [
  { name: 'µ-law', law: MU_LAW, oracle: mulaw },
  { name: 'A-law', law: A_LAW, oracle: alaw },
] as const;

describe.each(laws)('G.711 $name', ({ law, oracle }) => {
  test('encodes every 16-bit sample as alawmulaw does', () => {
    const samples = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);
    const ours = new Uint8Array(samples.length);
    encodeG711(law, samples, ours);
    expect(Buffer.from(ours).equals(Buffer.from(oracle.encode(samples)))).toBe(true);
  });

  test('decodes every code as alawmulaw does', () => {
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    const ours = new Int16Array(256);
    decodeG711(law, codes, ours);
    expect([...ours]).toEqual([...oracle.decode(codes)]);
  });

  test.prop([fc.integer({ min: -32_000, max: 32_000 })])('loses at most one quantisation step', (sample) => {
    const heard = law.decode[law.encode[sample & 0xffff]!]!;
    expect(Math.abs(heard - sample)).toBeLessThanOrEqual(Math.max(16, Math.abs(sample) / 16));
  });

  test('has a code for silence that decodes to nearly nothing', () => {
    expect(Math.abs(law.decode[law.silence]!)).toBeLessThanOrEqual(8);
  });
});

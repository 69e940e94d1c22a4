/** Digits heard in audio: every key at several levels and twists, over G.711, and nothing in voices and noise. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InbandDtmf } from '../../src/media/inband-dtmf.js';
import { ToneStore } from '../../src/media/tone-store.js';
import { A_LAW } from '../../src/wire/g711.js';

const ROWS: Readonly<Record<string, number>> = { '1': 697, '4': 770, '7': 852, '*': 941 };
const KEYS = ['123A', '456B', '789C', '*0#D'] as const;
const ALL_KEYS = ['1', '2', '3', 'A', '4', '5', '6', 'B', '7', '8', '9', 'C', '*', '0', '#', 'D'] as const;
const COLUMNS = [1209, 1336, 1477, 1633] as const;
const FRAME = 160;

const tonesOf = (key: string): readonly [number, number] => {
  const row = KEYS.find((keys) => keys.includes(key)) ?? '';
  return [ROWS[row.charAt(0)] ?? 0, COLUMNS[row.indexOf(key)] ?? 0];
};

interface Sound {
  readonly ms: number;
  readonly tones: readonly { readonly hertz: number; readonly amplitude: number }[];
}

const silence = (ms: number): Sound => ({ ms, tones: [] });
const key = (digit: string, ms: number, [low, high] = [6000, 6000]): Sound => {
  const [row, column] = tonesOf(digit);
  return {
    ms,
    tones: [
      { hertz: row, amplitude: low },
      { hertz: column, amplitude: high },
    ],
  };
};

/** Of one tone: a sine of full scale is 3.14 dBm0 (G.711). */
const peakOf = (dbm0: number): number => 32_767 * 10 ** ((dbm0 - 3.14) / 20);

/** As it comes out of a carrier: through A-law. */
function samplesOf(sounds: readonly Sound[]): Int16Array {
  const all = sounds.flatMap(({ ms, tones }) =>
    Array.from({ length: ms * 8 }, (_, at) => {
      const sum = tones.reduce(
        (total, { hertz, amplitude }) => total + amplitude * Math.sin((2 * Math.PI * hertz * at) / 8000),
        0,
      );
      return (
        A_LAW.decode[A_LAW.encode[Math.round(Math.max(-32_768, Math.min(32_767, sum))) & 0xffff] ?? 0] ?? 0
      );
    }),
  );
  return Int16Array.from(all);
}

function digitsIn(samples: Int16Array): readonly (readonly [string, number])[] {
  const heard: [string, number][] = [];
  const detector = new InbandDtmf((digit, samplesLong) => heard.push([digit, samplesLong]));
  for (let at = 0; at + FRAME <= samples.length; at += FRAME) detector.take(samples.subarray(at, at + FRAME));
  return heard;
}

describe('digits in the audio', () => {
  it('are heard once each, with their length, whenever they begin', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...ALL_KEYS), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(60, 100, 250),
        (digits, offset, ms) => {
          const sounds = [silence(offset), ...digits.flatMap((digit) => [key(digit, ms), silence(80)])];
          const heard = digitsIn(samplesOf([...sounds, silence(100)]));
          expect(heard.map(([digit]) => digit)).toEqual(digits);
          for (const [, samples] of heard) expect(Math.abs(samples / 8 - ms)).toBeLessThan(45);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('may be quiet and twisted within the limits, not beyond', () => {
    const heard = (levels: [number, number]) =>
      digitsIn(samplesOf([silence(20), key('5', 100, levels), silence(100)])).map(([digit]) => digit);
    expect(heard([1200, 1200])).toEqual(['5']);
    expect(heard([6000, 3000])).toEqual(['5']);
    expect(heard([4500, 6000])).toEqual(['5']);
    expect(heard([100, 100])).toEqual([]);
    expect(heard([6000, 1500])).toEqual([]);
    expect(heard([2000, 8000])).toEqual([]);
  });

  /** Q.24: lines attenuate up to 25 dB, keypads are off by 1 % and more, a short press is 40 ms; and lines hum. */
  it('are heard at the levels of real lines, also when short, out of tune and with hum', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ALL_KEYS),
        fc.integer({ min: -28, max: 0 }),
        fc.integer({ min: 40, max: 100 }),
        fc.constantFrom(0.99, 1, 1.01),
        fc.integer({ min: 0, max: 19 }),
        (digit, dbm0, ms, tuning, offset) => {
          const pressed = key(digit, ms, [peakOf(dbm0), peakOf(dbm0)]);
          const tuned = pressed.tones.map(({ hertz, amplitude }) => ({ hertz: hertz * tuning, amplitude }));
          const hum = { hertz: 50, amplitude: peakOf(-45) };
          const line = [silence(20 + offset), { ms, tones: tuned }, silence(120)];
          const sounds = line.map((sound) => ({ ...sound, tones: [...sound.tones, hum] }));
          expect(digitsIn(samplesOf(sounds)).map(([heard]) => heard)).toEqual([digit]);
        },
      ),
      { numRuns: 150 },
    );
  });

  /** As libteletone: two frames below its LOW_ENG end a digit. */
  it('are told when the line is quiet again, not while somebody talks into them', () => {
    const talking = { ms: 300, tones: [{ hertz: 300, amplitude: peakOf(-20) }] };
    expect(digitsIn(samplesOf([key('5', 100), talking]))).toEqual([]);
    expect(digitsIn(samplesOf([key('5', 100), talking, silence(60)])).map(([digit]) => digit)).toEqual(['5']);
  });

  it('are sent so that they are heard', () => {
    const { samples = new Int16Array() } = new ToneStore().render(`d=60;w=60;${ALL_KEYS.join('')}`) ?? {};
    const through = Int16Array.from(
      samples,
      (sample) => A_LAW.decode[A_LAW.encode[sample & 0xffff] ?? 0] ?? 0,
    );
    expect(digitsIn(through).map(([digit]) => digit)).toEqual([...ALL_KEYS]);
    expect(Math.max(...samples)).toBeLessThan(2 * peakOf(-3)); // No louder than a keypad may be (ES 201 235-2).
    expect(Math.max(...samples)).toBeGreaterThan(2 * peakOf(-12));
  });

  it('are not heard in single tones, voices and noise', () => {
    const tone = (...hertz: number[]): Sound => ({
      ms: 500,
      tones: hertz.map((each) => ({ hertz: each, amplitude: 4000 })),
    });
    for (const sound of [tone(697), tone(1209), tone(425), tone(697, 770, 1209), tone(697, 1394, 1209, 2418)])
      expect(digitsIn(samplesOf([sound, silence(100)]))).toEqual([]);
    let seed = 1;
    const noise = Int16Array.from({ length: 80_000 }, () => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return (seed >> 16) % 8000;
    });
    expect(digitsIn(noise)).toEqual([]);
  });

  /** E.180 (SIT), T.30 (fax): who answers a callback by these presses no key, so nobody is rung for it. */
  it('are not heard in the tones of a dead number or of a fax machine', () => {
    const tone = (hertz: number, ms: number): Sound => ({ ms, tones: [{ hertz, amplitude: 8000 }] });
    const sit = [985.2, 1428.5, 1776.7].flatMap((hertz) => [tone(hertz, 380), silence(30)]);
    const intercept = [tone(913.8, 274), tone(1370.6, 274), tone(1776.7, 380)];
    const fax = [tone(1100, 500), silence(200), tone(2100, 2600)];
    const flags = Array.from({ length: 60 }, (_, bit) => tone(bit % 7 === 0 ? 1850 : 1650, 4));
    for (const sounds of [sit, intercept, fax, flags])
      expect(digitsIn(samplesOf([...sounds, silence(100)]))).toEqual([]);
  });
});

import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { levelOf } from '../../src/media/frame.js';
import { Resampler } from '../../src/media/resampler.js';
import { measureTones } from '../../src/media/tone-detector.js';
import { ToneStore } from '../../src/media/tone-store.js';

function sine(options: {
  frequency: number;
  rate?: number;
  seconds?: number;
  amplitude?: number;
}): Int16Array {
  const { frequency, rate = 8000, seconds = 1, amplitude = 16_384 } = options;
  return Int16Array.from({ length: rate * seconds }, (_, index) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * frequency * index) / rate)),
  );
}

/** Level of one frequency without the edges of the recording. */
function levelAt(samples: Int16Array, frequency: number): number {
  return measureTones(samples.subarray(800, -800), { frequencies: [frequency] })[0]!.dbfs;
}

describe('tone detector', () => {
  test.prop([fc.integer({ min: 200, max: 3800 }), fc.constantFrom(32_767, 16_384, 3277)])(
    'measures the level of a sine to a tenth of a decibel',
    (frequency, amplitude) => {
      const [level] = measureTones(sine({ frequency, amplitude }), { frequencies: [frequency] });
      expect(level!.dbfs).toBeCloseTo(20 * Math.log10(amplitude / 32_768), 1);
    },
  );

  test('sees nothing of a tone 100 Hz away, nor in silence', () => {
    const [away] = measureTones(sine({ frequency: 1003 }), { frequencies: [1103] });
    expect(away!.dbfs).toBeLessThan(-65);
    const [none] = measureTones(new Int16Array(1600), { frequencies: [1000] });
    expect(none!.dbfs).toBe(-Infinity);
  });

  test('tells when a tone sounded', () => {
    const samples = new Int16Array(8000);
    samples.set(sine({ frequency: 440, seconds: 0.4 }), 3200);
    const [level] = measureTones(samples, { frequencies: [440] });
    expect(level!.windows.map((each) => each > -20)).toEqual([false, false, true, true, false]);
  });
});

describe('resampler', () => {
  test.each([11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 6000])(
    'keeps a tone at its level and pitch from %i Hz',
    (rate) => {
      const resampler = new Resampler(rate);
      const input = sine({ frequency: 1000, rate });
      const output = Int16Array.from([...resampler.process(input), ...resampler.flush()]);
      expect(Math.abs(output.length - 8000)).toBeLessThanOrEqual(40);
      expect(levelAt(output, 1000)).toBeCloseTo(-6.02, 1);
      expect(levelOf(output.subarray(800, 7200))).toBeCloseTo(-9.03, 1);
    },
  );

  test('lets nothing above 4 kHz fold back', () => {
    const output = new Resampler(16_000).process(sine({ frequency: 5000, rate: 16_000 }));
    expect(levelOf(output.subarray(800, 7200))).toBeLessThan(-60);
  });

  test.prop([
    fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }),
    fc.constantFrom(16_000, 22_050, 44_100),
  ])('gives the same samples however the stream is cut into blocks', (lengths, rate) => {
    const input = sine({ frequency: 700, rate, seconds: 0.2 });
    const whole = new Resampler(rate).process(input);
    const pieces = new Resampler(rate);
    const joined: number[] = [];
    let at = 0;
    for (const length of [...lengths, input.length]) {
      joined.push(...pieces.process(input.subarray(at, at + length)));
      at = Math.min(at + length, input.length);
    }
    expect(joined).toHaveLength(whole.length);
    expect(joined.every((sample, index) => Math.abs(sample - whole[index]!) <= 1)).toBe(true);
  });
});

describe('tone store', () => {
  test('renders tones at the level libteletone gives them', () => {
    const { samples, loops } = new ToneStore().render('v=-7;%(1000,500,440);loops=-1')!;
    expect(loops).toBe(-1);
    expect(samples).toHaveLength(12_000);
    expect(levelAt(samples.subarray(0, 8000), 440)).toBeCloseTo(-7 - 6.16 + 3.01, 1);
    expect(levelOf(samples.subarray(8000))).toBe(-Infinity);
  });

  test('shares one rendering, and forgets the oldest of many', () => {
    const store = new ToneStore();
    const first = store.render('%(100,0,400)')!;
    expect(store.render('%(100,0,400)')!.samples).toBe(first.samples);
    for (let frequency = 500; frequency < 540; frequency += 1) store.render(`%(100,0,${frequency})`);
    expect(store.render('%(100,0,400)')!.samples).not.toBe(first.samples);
  });

  test('refuses what is no tone, and what lasts too long', () => {
    expect(new ToneStore().render('la la la')).toBeUndefined();
    expect(new ToneStore().render('%(3600000,0,440)')).toBeUndefined();
  });
});

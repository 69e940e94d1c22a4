import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Source } from '../../src/media/api.js';
import { PlaybackStack } from '../../src/media/playback-stack.js';
import { measureTones } from '../../src/media/tone-detector.js';
import { ToneStore } from '../../src/media/tone-store.js';
import { writeWavHeader } from '../../src/wire/wav-header.js';
import { scratchFolder } from '../support/media/scratch.js';

const FRAME = 160;

/** `frames` frames of one level. */
function level(value: number, frames: number): Source {
  return { kind: 'samples', samples: new Int16Array(frames * FRAME).fill(value) };
}

function stackOf(): { stack: PlaybackStack; hear: (frames: number) => (number | undefined)[] } {
  const stack = new PlaybackStack(new ToneStore());
  const hear = (frames: number) => Array.from({ length: frames }, () => stack.read()?.[0]);
  return { stack, hear };
}

async function wavFile(options: { rate: number; seconds: number; frequency: number; dataBytes?: number }) {
  const { rate, seconds, frequency } = options;
  const samples = Int16Array.from({ length: rate * seconds }, (_, index) =>
    Math.round(8000 * Math.sin((2 * Math.PI * frequency * index) / rate)),
  );
  const header = writeWavHeader({
    sampleRate: rate,
    channels: 1,
    dataBytes: options.dataBytes ?? samples.length * 2,
  });
  const path = join(await scratchFolder(), 'prompt.wav');
  await writeFile(path, Buffer.concat([header, Buffer.from(samples.buffer)]));
  return path;
}

/** All samples of a playback; twenty times faster than a call, so the disk has time to read ahead. */
async function readAll(stack: PlaybackStack, ended: Promise<unknown>): Promise<Int16Array> {
  const heard: number[] = [];
  const over = ended.then(() => 'over');
  for (let state = ''; state !== 'over';) {
    const frame = stack.read();
    if (frame) heard.push(...frame);
    state = await Promise.race([over, new Promise<string>((resolve) => setTimeout(resolve, 1, 'going'))]);
  }
  return Int16Array.from(heard);
}

describe('playback stack', () => {
  test('the newest is heard; older ones go on where they stopped', async () => {
    const { stack, hear } = stackOf();
    const low = stack.play(level(1, 4), 'playing');
    expect(hear(2)).toEqual([1, 1]);
    const middle = stack.play(level(2, 2), 'playing');
    expect(hear(1)).toEqual([2]);
    const high = stack.play(level(3, 1), 'playing');
    expect(hear(5)).toEqual([3, 2, 1, 1, undefined]);
    expect(await Promise.all([low, middle, high].map((each) => each.ended))).toEqual([
      { end: 'done', samples: 640, offset: 640 },
      { end: 'done', samples: 320, offset: 320 },
      { end: 'done', samples: 160, offset: 160 },
    ]);
  });

  test('pausing is silence; a playback held back lets others be heard', async () => {
    const { stack, hear } = stackOf();
    const below = stack.play(level(1, 9), 'playing');
    const above = stack.play(level(2, 2), 'held');
    expect(hear(2)).toEqual([1, 1]);
    above.resume();
    expect(hear(1)).toEqual([2]);
    above.pause();
    expect(hear(2)).toEqual([0, 0]);
    above.resume();
    expect(hear(2)).toEqual([2, 1]);
    below.stop();
    expect(await below.ended).toEqual({ end: 'stopped', samples: 480, offset: 480 });
    expect(hear(1)).toEqual([undefined]);
  });

  test('seeks, and counts what was heard apart from the place', async () => {
    const { stack, hear } = stackOf();
    const playback = stack.play(level(5, 10), 'playing');
    hear(2);
    playback.seek(9 * FRAME);
    expect(playback.positionSamples).toBe(9 * FRAME);
    hear(2);
    expect(await playback.ended).toEqual({ end: 'done', samples: 480, offset: 1600 });
  });

  test('loops, for ever if asked', async () => {
    const { stack, hear } = stackOf();
    const twice = stack.play(
      { kind: 'samples', samples: new Int16Array(FRAME).fill(4), loops: 2 },
      'playing',
    );
    expect(hear(3)).toEqual([4, 4, undefined]);
    expect((await twice.ended).samples).toBe(320);
    const endless = stack.play({ kind: 'silence', ms: -1 }, 'playing');
    expect(await endless.started).toEqual({ ok: true, totalSamples: undefined });
    expect(hear(500).every((sample) => sample === 0)).toBe(true);
    endless.stop();
    expect((await endless.ended).end).toBe('stopped');
  });

  test('a missing file, a broken one and a bad tone end at once', async () => {
    const { stack, hear } = stackOf();
    const path = join(await scratchFolder(), 'noise.wav');
    await writeFile(path, 'no sound in here, only words and words');
    const missing = stack.play({ kind: 'file', path: '/nowhere.wav' }, 'playing');
    expect(await missing.started).toEqual({ ok: false, totalSamples: undefined });
    hear(1);
    expect((await missing.ended).end).toBe('not-found');
    for (const source of [
      { kind: 'file', path },
      { kind: 'tone', spec: 'no tone' },
    ] as const) {
      const broken = stack.play(source, 'playing');
      expect((await broken.started).ok).toBe(false);
      hear(1);
      expect((await broken.ended).end).toBe('error');
    }
    await stack.close();
  });

  test.each([8000, 22_050, 44_100])('plays a %i Hz file of three seconds whole, at pitch', async (rate) => {
    const { stack } = stackOf();
    const playback = stack.play(
      { kind: 'file', path: await wavFile({ rate, seconds: 3, frequency: 1000 }) },
      'playing',
    );
    expect(await playback.started).toEqual({ ok: true, totalSamples: 24_000 });
    const heard = await readAll(stack, playback.ended);
    expect(Math.abs(heard.length - 24_000)).toBeLessThan(2 * FRAME);
    expect(measureTones(heard.subarray(0, 23_000), { frequencies: [1000] })[0]!.dbfs).toBeCloseTo(-12.25, 0);
    await stack.close();
  });

  test.each([0, 0xffff_ffff, 1_000_000])(
    'plays to the end of a file whose header says %i bytes',
    async (dataBytes) => {
      const { stack } = stackOf();
      const path = await wavFile({ rate: 8000, seconds: 1, frequency: 500, dataBytes });
      const playback = stack.play({ kind: 'file', path, fromSample: 4000 }, 'playing');
      await readAll(stack, playback.ended);
      expect(await playback.ended).toEqual({ end: 'done', samples: 4000, offset: 8000 });
      await stack.close();
    },
  );

  test('finds its place in a file after any seeks', async () => {
    const path = await wavFile({ rate: 8000, seconds: 3, frequency: 100 });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(23_000), { minLength: 1, maxLength: 4 }), async (places) => {
        const { stack, hear } = stackOf();
        const playback = stack.play({ kind: 'file', path }, 'playing');
        await playback.started;
        for (const place of places) {
          playback.seek(place);
          hear(1);
        }
        const last = places.at(-1)!;
        playback.seek(last);
        const heard = await readAll(stack, playback.ended);
        expect((await playback.ended).offset).toBe(24_000);
        const voiced = heard.subarray(heard.findIndex((sample) => sample !== 0));
        expect(voiced.length).toBeGreaterThan(24_000 - last - 3 * FRAME);
        await stack.close();
      }),
      { numRuns: 15 },
    );
  });

  test('closing stops everything', async () => {
    const { stack } = stackOf();
    const path = await wavFile({ rate: 16_000, seconds: 1, frequency: 300 });
    const all = [stack.play({ kind: 'file', path }, 'playing'), stack.play(level(1, 5), 'held')];
    await stack.close();
    expect((await Promise.all(all.map((each) => each.ended))).map((each) => each.end)).toEqual([
      'stopped',
      'stopped',
    ]);
  });
});

import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RecordOptions } from '../../src/media/api.js';
import { Recorder } from '../../src/media/recorder.js';
import { readWavAudio } from '../../src/media/wav-audio.js';
import { scratchFolder } from '../support/media/scratch.js';

const FRAME = 160;
const frameOf = (level: number) => new Int16Array(FRAME).fill(level);

async function recordingOf(options: Partial<RecordOptions> = {}) {
  const path = join(await scratchFolder(), 'talk.wav');
  return { path, recorder: new Recorder({ path, channels: 2, ...options }) };
}

async function channelsOf(path: string): Promise<Int16Array[]> {
  const result = await readWavAudio(path);
  if (!result.ok) throw new Error(result.why);
  return [...result.audio.channels];
}

/** The level of each frame of a channel. */
function levels(channel: Int16Array | undefined): number[] {
  return [...(channel ?? [])].filter((_, index) => index % FRAME === 0);
}

describe('recorder', () => {
  test('keeps one party a channel, and silence where a frame is missing', async () => {
    const { path, recorder } = await recordingOf();
    recorder.write(frameOf(100), frameOf(-200));
    recorder.write(undefined, frameOf(-201));
    recorder.write(frameOf(102), undefined);
    recorder.stop();
    expect(await recorder.ended).toEqual({ end: 'stopped', samples: 480, path });
    const [heard, said] = await channelsOf(path);
    expect(levels(heard)).toEqual([100, 0, 102]);
    expect(levels(said)).toEqual([-200, -201, 0]);
  });

  test('records from the call on, before the file is open, and keeps time over skipped ticks', async () => {
    const { path, recorder } = await recordingOf();
    for (let tick = 0; tick < 40; tick += 1) recorder.write(frameOf(tick + 1), undefined);
    expect(await recorder.started).toEqual({ ok: true });
    recorder.skip(10);
    recorder.write(frameOf(99), undefined);
    recorder.stop();
    expect((await recorder.ended).samples).toBe(51 * FRAME);
    const [heard] = await channelsOf(path);
    expect(levels(heard).slice(0, 40)).toEqual(Array.from({ length: 40 }, (_, tick) => tick + 1));
    expect(levels(heard)[50]).toBe(99);
  });

  test('a process frozen for a minute leaves a hole of a minute, not a broken recording', async () => {
    const { path, recorder } = await recordingOf();
    recorder.write(frameOf(1), undefined);
    recorder.skip(3000);
    recorder.write(frameOf(2), undefined);
    recorder.skip(3000);
    recorder.stop();
    expect(await recorder.ended).toMatchObject({ end: 'stopped', samples: 6002 * FRAME });
    const [heard] = await channelsOf(path);
    expect(heard).toHaveLength(6002 * FRAME);
    expect([0, 3000, 3001, 3002].map((frame) => levels(heard)[frame])).toEqual([1, 0, 2, 0]);
  });

  test.each([
    ['both', 300],
    ['far-end', 100],
    ['ours', 200],
  ] as const)('records %s in mono', async (voices, level) => {
    const { path, recorder } = await recordingOf({ channels: 1, voices });
    recorder.write(frameOf(100), frameOf(200));
    recorder.stop();
    await recorder.ended;
    expect((await channelsOf(path)).map(levels)).toEqual([[level]]);
  });

  test('ends at its limit', async () => {
    const { recorder } = await recordingOf({ limitMs: 60 });
    for (let tick = 0; tick < 10; tick += 1) recorder.write(frameOf(1), frameOf(1));
    expect(await recorder.ended).toMatchObject({ end: 'limit', samples: 3 * FRAME });
  });

  test('writes nothing while paused', async () => {
    const { path, recorder } = await recordingOf();
    recorder.write(frameOf(7), frameOf(8));
    recorder.pause();
    recorder.write(frameOf(1), frameOf(1));
    recorder.skip(3);
    recorder.resume();
    recorder.write(frameOf(9), frameOf(10));
    recorder.stop();
    expect(await recorder.ended).toMatchObject({ samples: 2 * FRAME });
    expect((await channelsOf(path)).map(levels)).toEqual([
      [7, 9],
      [8, 10],
    ]);
  });

  test('writes silence while masked', async () => {
    const { path, recorder } = await recordingOf();
    recorder.write(frameOf(7), frameOf(8));
    recorder.mask();
    recorder.write(frameOf(7), frameOf(8));
    recorder.unmask();
    recorder.write(frameOf(7), frameOf(8));
    recorder.stop();
    await recorder.ended;
    const [heard, said] = await channelsOf(path);
    expect([levels(heard), levels(said)]).toEqual([
      [7, 0, 7],
      [8, 0, 8],
    ]);
  });

  test('appends to what is there', async () => {
    const { path, recorder } = await recordingOf();
    recorder.write(frameOf(1), frameOf(2));
    recorder.stop();
    await recorder.ended;
    const second = new Recorder({ path, channels: 2, append: 'yes' });
    second.write(frameOf(3), frameOf(4));
    second.stop();
    expect(await second.ended).toMatchObject({ end: 'stopped', samples: FRAME });
    const [heard, said] = await channelsOf(path);
    expect([levels(heard), levels(said)]).toEqual([
      [1, 3],
      [2, 4],
    ]);
  });

  test('does not append to a file of another form', async () => {
    const { path, recorder } = await recordingOf({ channels: 1 });
    recorder.write(frameOf(1), undefined);
    recorder.stop();
    await recorder.ended;
    const before = await readFile(path);
    const second = new Recorder({ path, channels: 2, append: 'yes' });
    expect((await second.started).ok).toBe(false);
    expect((await second.ended).end).toBe('unwritable');
    expect(await readFile(path)).toEqual(before);
  });

  test('tells of a path that cannot be written', async () => {
    const recorder = new Recorder({ path: '/nowhere/at/all.wav', channels: 2 });
    recorder.write(frameOf(1), frameOf(1));
    const started = await recorder.started;
    expect(started).toMatchObject({ ok: false });
    expect(await recorder.ended).toMatchObject({ end: 'unwritable' });
  });

  test('tells of a folder in the place of the file', async () => {
    const recorder = new Recorder({ path: await scratchFolder(), channels: 2 });
    expect((await recorder.ended).end).toBe('unwritable');
  });

  test('tells of a full disk as soon as it is met', async () => {
    const recorder = new Recorder({ path: '/dev/full', channels: 2 });
    for (let tick = 0; tick < 30; tick += 1) recorder.write(frameOf(1), frameOf(1));
    expect(await recorder.started).toEqual({ ok: true });
    expect((await recorder.ended).end).toBe('disk');
  });

  test('a file that was never closed can still be read', async () => {
    const { path, recorder } = await recordingOf();
    for (let tick = 0; tick < 50; tick += 1) recorder.write(frameOf(5), frameOf(6));
    await recorder.started;
    await expect.poll(async () => (await stat(path)).size).toBe(44 + 50 * FRAME * 4);
    const copy = `${path}.copy`;
    await writeFile(copy, await readFile(path));
    expect(levels((await channelsOf(copy))[0])).toHaveLength(50);
    recorder.stop();
    await recorder.ended;
  });
});

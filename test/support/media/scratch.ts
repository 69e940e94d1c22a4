/** A folder and a media room for one test, gone after it; fails the test when a port was left open. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Media, MediaPort, PortOptions, RtpSettings } from '../../../src/media/api.js';
import { openMedia } from '../../../src/media/open-media.js';
import { measureTones, measureTonesOfFile } from '../../../src/media/tone-detector.js';

/** Fixtures rather than hooks: tests that wait for real time run side by side. */
export const mediaTest = test.extend<{ readonly folder: string; readonly media: Media }>({
  folder: async ({ onTestFinished }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'media-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await use(folder);
  },
  media: async ({ onTestFinished }, use) => {
    const media = await openMedia({ address: '127.0.0.1' });
    onTestFinished(async () => {
      await media.close();
      expect(media.portCount).toBe(0);
    });
    await use(media);
  },
});

/** For tests that run one after another. */
export async function scratchFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'media-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

/** Two ports that send to each other. */
export async function connectedPair(
  media: Media,
  options: { readonly a?: PortOptions; readonly b?: PortOptions; readonly both?: Partial<RtpSettings> } = {},
): Promise<{ readonly a: MediaPort; readonly b: MediaPort }> {
  const a = await media.openPort({ dtmfPayloadType: 101, ...options.both, ...options.a });
  const b = await media.openPort({ dtmfPayloadType: 101, ...options.both, ...options.b });
  a.configure({ remote: { address: '127.0.0.1', port: b.localPort } });
  b.configure({ remote: { address: '127.0.0.1', port: a.localPort } });
  return { a, b };
}

/** A tone at -10 dBm0, -13 dBFS against a full-scale sine (the overload point of G.711 is 3 dB above it). */
export function toneOf(frequency: number, ms: number): { readonly kind: 'tone'; readonly spec: string } {
  return { kind: 'tone', spec: `v=-10;%(${ms},0,${frequency})` };
}

/**
 * Levels in dBFS, a row a channel, each in its loudest tenth of a second: a busy machine leaves gaps in what was heard,
 * and a gap's edges sound at every frequency.
 */
export async function clearestLevels(path: string, frequencies: readonly number[]): Promise<number[][]> {
  const channels = await measureTonesOfFile(path, { frequencies, windowMs: 100 });
  return channels.map((tones) => {
    const power = (window: number) =>
      tones.reduce((sum, tone) => sum + 10 ** (tone.windows[window]! / 10), 0);
    const windows = Array.from(tones[0]!.windows.keys());
    const clearest = windows.reduce((best, each) => (power(each) > power(best) ? each : best), 0);
    return tones.map((tone) => tone.windows[clearest] ?? -Infinity);
  });
}

/** Settles when the port's far end has been sending this tone for a tenth of a second. */
export async function untilHeard(port: MediaPort, frequency: number, leastDbfs = -15): Promise<void> {
  const heard = new Int16Array(800);
  await new Promise<void>((resolve) => {
    const stop = port.listen((frame) => {
      heard.copyWithin(0, frame.length);
      heard.set(frame, heard.length - frame.length);
      const [tone] = measureTones(heard, { frequencies: [frequency], windowMs: 100 });
      if (tone!.dbfs < leastDbfs) return;
      stop();
      resolve();
    });
  });
}

/** Real time has to pass for media to flow; nothing here waits for a race to settle. */
export function talkFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Settles when something loud has come from the port's far end: a browser's microphone in tests beeps once a second. */
export function untilLoud(port: MediaPort): Promise<void> {
  return new Promise((resolve) => {
    const stop = port.listen((frame) => {
      if (!frame.some((sample) => Math.abs(sample) > 3000)) return;
      stop();
      resolve();
    });
  });
}

/** Settles when so much more sound or silence has come. */
export function untilFrames(port: MediaPort, frames: number): Promise<void> {
  let left = frames;
  return new Promise((resolve) => {
    const stop = port.listen(() => {
      left -= 1;
      if (left > 0) return;
      stop();
      resolve();
    });
  });
}

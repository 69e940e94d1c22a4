/**
 * Spoken prompts on disk, `<sha256>.wav`. Owned by the voice chain. Several processes may share the directory: files
 * appear whole (rename), and the directory itself is the only index.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../app/ports/ports.js';
import type { Pcm } from './api.js';
import { LINE_RATE } from './audio/line-rate.js';
import { encodeWav, secondsOfFile } from './audio/wav.js';

export interface PromptCacheOptions {
  readonly directory: string;
  readonly clock: Clock;
  readonly maxBytes: number;
  readonly maxAgeMs: number;
}

export interface CachedPrompt {
  readonly path: string;
  readonly seconds: number;
}

interface CacheFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
}

/** A file given out this recently may be playing: it stays whatever the bounds say. */
const IN_USE_MS = 3 * 60_000;
/** Share of the bound that may be written before the directory is looked through again. */
const SWEEP_SHARE = 0.1;

export function hashOf(...parts: readonly string[]): string {
  // JSON keeps the parts apart: ["a", "b"] and ["ab", ""] must differ.
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

export class PromptCache {
  readonly #options: PromptCacheOptions;
  #bytesUntilSweep = 0;

  constructor(options: PromptCacheOptions) {
    this.#options = options;
  }

  /** Counts as a use: the least recently used goes first. */
  async find(hash: string): Promise<CachedPrompt | undefined> {
    const path = this.#path(hash);
    const now = new Date(this.#options.clock.now());
    try {
      await utimes(path, now, now);
      return { path, seconds: secondsOfFile((await stat(path)).size, LINE_RATE) };
    } catch (thrown) {
      if (isMissing(thrown)) return undefined;
      throw thrown;
    }
  }

  async store(hash: string, pcm: Pcm): Promise<CachedPrompt> {
    const path = this.#path(hash);
    const wav = encodeWav(pcm);
    const now = new Date(this.#options.clock.now());
    await mkdir(this.#options.directory, { recursive: true });
    const part = `${path}.${randomUUID()}.part`;
    await writeFile(part, wav);
    await utimes(part, now, now);
    await rename(part, path);
    await this.#sweepWhenDue(wav.length);
    return { path, seconds: secondsOfFile(wav.length, pcm.sampleRate) };
  }

  async #sweepWhenDue(written: number): Promise<void> {
    this.#bytesUntilSweep -= written;
    if (this.#bytesUntilSweep > 0) return;
    this.#bytesUntilSweep = this.#options.maxBytes * SWEEP_SHARE;
    await this.sweep();
  }

  /** Removes what is too old, then the least recently used until the rest fits. Parts left by a crash age out too. */
  async sweep(): Promise<void> {
    const now = this.#options.clock.now();
    const files = (await this.#files()).sort((a, b) => b.usedAt - a.usedAt);
    let kept = 0;
    for (const file of files) {
      const age = now - file.usedAt;
      const fits = age <= this.#options.maxAgeMs && kept + file.bytes <= this.#options.maxBytes;
      if (fits || age <= IN_USE_MS) kept += file.bytes;
      else await rm(file.path, { force: true });
    }
  }

  async #files(): Promise<CacheFile[]> {
    const names = (await readdir(this.#options.directory)).filter((name) => /^[0-9a-f]{64}\.wav/u.test(name));
    const files = await Promise.all(names.map((name) => fileOf(join(this.#options.directory, name))));
    return files.filter((file) => file !== undefined);
  }

  #path(hash: string): string {
    return join(this.#options.directory, `${hash}.wav`);
  }
}

/** Undefined when another process removed it meanwhile. */
async function fileOf(path: string): Promise<CacheFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { path, bytes: size, usedAt: mtimeMs };
  } catch (thrown) {
    if (isMissing(thrown)) return undefined;
    throw thrown;
  }
}

function isMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT';
}

/**
 * The playbacks of one port, one on top of another: the newest is heard, those below wait for their turn where they
 * stopped (FreeSWITCH nested execute). Owned by rtp-port.ts.
 */
import type { Playback, PlayEnd, PlayResult, Source } from './api.js';
import { openSource, type AudioSource } from './audio-source.js';
import { defer } from './deferred.js';
import { FRAME_SAMPLES, type Frame } from './frame.js';
import type { ToneStore } from './tone-store.js';

/**
 *   held ──resume──► playing ◄──resume── paused        held: opened, gives way to those below
 *     │                │  └─────pause─────►│           paused: silence where it stopped
 *     └─────end────────┴────────end────────┘──► ended
 */
type PlayState = 'held' | 'playing' | 'paused' | 'ended';
type PlayInput = 'resume' | 'pause' | 'end';

const MOVES: Readonly<Record<PlayState, Readonly<Partial<Record<PlayInput, PlayState>>>>> = {
  held: { resume: 'playing', end: 'ended' },
  playing: { pause: 'paused', end: 'ended' },
  paused: { resume: 'playing', end: 'ended' },
  ended: {},
};

class PortPlayback implements Playback {
  readonly ended: Promise<PlayResult>;
  readonly started: Playback['started'];
  readonly source: AudioSource;
  #state: PlayState;
  #samples = 0;
  readonly #result = defer<PlayResult>();
  readonly #gone: (playback: PortPlayback) => void;

  constructor(source: AudioSource, first: 'held' | 'playing', gone: (playback: PortPlayback) => void) {
    this.ended = this.#result.promise;
    this.#gone = gone;
    this.#state = first;
    this.source = source;
    this.started = source.opened.then(() => ({
      ok: source.state !== 'not-found' && source.state !== 'error',
      totalSamples: source.totalSamples,
    }));
  }

  get state(): PlayState {
    return this.#state;
  }

  get positionSamples(): number {
    return this.source.position;
  }

  seek(sample: number): void {
    if (this.#state !== 'ended') this.source.seek(sample);
  }

  pause(): void {
    this.#move('pause');
  }

  resume(): void {
    this.#move('resume');
  }

  stop(): void {
    this.end('stopped');
  }

  end(end: PlayEnd): void {
    if (this.#move('end') === 'ignored') return;
    this.#result.resolve({ end, samples: this.#samples, offset: this.source.position });
    this.#gone(this);
  }

  /** Takes what is there for this tick; ends itself when the source has. */
  read(frame: Frame): number {
    const count = this.source.read(frame);
    this.#samples += count;
    const { state } = this.source;
    if (state === 'ended') this.end('done');
    else if (state === 'not-found' || state === 'error') this.end(state);
    return count;
  }

  #move(input: PlayInput): 'moved' | 'ignored' {
    const next = MOVES[this.#state][input];
    if (!next) return 'ignored';
    this.#state = next;
    return 'moved';
  }
}

export class PlaybackStack {
  readonly #tones: ToneStore;
  readonly #stack: PortPlayback[] = [];
  readonly #closing = new Set<Promise<void>>();
  readonly #frame: Frame = new Int16Array(FRAME_SAMPLES);

  constructor(tones: ToneStore) {
    this.#tones = tones;
  }

  play(source: Source, first: 'held' | 'playing'): Playback {
    const playback = new PortPlayback(openSource(source, this.#tones), first, (gone) => {
      this.#remove(gone);
    });
    this.#stack.push(playback);
    return playback;
  }

  /** What the far end hears of the playbacks in this tick; `undefined` when none has a say. */
  read(): Frame | undefined {
    for (let index = this.#stack.length - 1; index >= 0; index -= 1) {
      const playback = this.#stack[index];
      if (!playback || playback.state === 'held') continue;
      const count = playback.state === 'paused' ? 0 : playback.read(this.#frame);
      // Ended without a sample: the one below goes on in the same tick.
      if (count === 0 && isOver(playback)) continue;
      this.#frame.fill(0, count);
      return this.#frame;
    }
    return undefined;
  }

  stopAll(): void {
    for (const playback of [...this.#stack].reverse()) playback.stop();
  }

  /** Ends all; resolves when their files are closed. */
  async close(): Promise<void> {
    this.stopAll();
    await Promise.all(this.#closing);
  }

  #remove(playback: PortPlayback): void {
    this.#stack.splice(this.#stack.indexOf(playback), 1);
    const closed = playback.source
      .close()
      .catch(() => undefined)
      .finally(() => this.#closing.delete(closed));
    this.#closing.add(closed);
  }
}

function isOver(playback: PortPlayback): boolean {
  return playback.state === 'ended';
}

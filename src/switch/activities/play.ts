/** Plays items one after the other to one party. In a bridge FreeSWITCH takes the party out of it meanwhile. */
import { messageOf } from '../../errors.js';
import type { Activity, PlayItem, PlayOutcome } from '../../app/ports/switch.js';
import type { SwitchContext } from '../context.js';
import type { Endpoint } from '../legs/endpoint.js';
import { Outcome, whyOf } from '../lifetime.js';
import { Breaker } from './breaker.js';
import { missingFile, playbackOf, type LegMedia } from './media.js';

export function play(
  media: LegMedia,
  items: readonly PlayItem[],
  context: SwitchContext,
): Activity<PlayOutcome> {
  if (media.leg.life.ended) return settledActivity({ kind: 'leg-ended' });
  if (!media.endpoint) return settledActivity({ kind: 'failed', why: 'the leg has no media yet' });
  const playing = new Playing({ ...media, endpoint: media.endpoint }, context);
  void playing.run(items);
  return { outcome: playing.outcome.promise, stop: () => playing.stop() };
}

export function settledActivity<O>(outcome: O): Activity<O> {
  return { outcome: Promise.resolve(outcome), stop: () => undefined };
}

/** Long enough for every gateway, short enough for an extension of many digits. */
const KEY_MS = 100;

type Heard = LegMedia & { readonly endpoint: Endpoint };
type Ran = Awaited<ReturnType<Endpoint['execute']>>;

class Playing {
  readonly outcome = new Outcome<PlayOutcome>();
  readonly #leg: LegMedia['leg'];
  readonly #endpoint: Endpoint;
  readonly #context: SwitchContext;
  readonly #breaker: Breaker;

  constructor({ leg, endpoint }: Heard, context: SwitchContext) {
    this.#leg = leg;
    this.#endpoint = endpoint;
    this.#context = context;
    this.#breaker = new Breaker(endpoint, () => void endpoint.api('uuid_break', endpoint.uuid));
  }

  async run(items: readonly PlayItem[]): Promise<void> {
    const startedAt = this.#context.clock.now();
    try {
      this.outcome.settle((await this.#failureOf(items)) ?? this.#played(startedAt));
    } catch (error) {
      this.outcome.settle({ kind: 'failed', why: messageOf(error) });
    } finally {
      this.#breaker.release();
    }
  }

  stop(): void {
    this.#breaker.stop(this.outcome, this.#context);
  }

  #played(startedAt: number): PlayOutcome {
    return this.#breaker.requested
      ? { kind: 'stopped' }
      : { kind: 'played', seconds: (this.#context.clock.now() - startedAt) / 1000 };
  }

  async #failureOf(items: readonly PlayItem[]): Promise<PlayOutcome | undefined> {
    const missing = await missingFile(items, this.#endpoint.media.files);
    if (missing !== undefined) return { kind: 'file-missing', path: missing };
    for (const item of items) {
      const failure = await this.#playItem(item);
      if (failure || this.#breaker.requested) return failure;
    }
    return undefined;
  }

  /** In the way that the far end takes keys; undefined: nothing ran on the media server. */
  async #press(digits: string): Promise<Ran | undefined> {
    const way = this.#leg.keysOut;
    if (way === 'rfc4733') return this.#endpoint.execute('send_dtmf', `${digits}@${KEY_MS}`);
    if (way === 'inband')
      return this.#endpoint.execute('playback', `tone_stream://d=${KEY_MS};w=${KEY_MS};${digits}`);
    for (const digit of digits) await this.#leg.sendInfoKey(digit, KEY_MS);
    return undefined;
  }

  async #playItem(item: PlayItem): Promise<PlayOutcome | undefined> {
    const done =
      item.kind === 'keys'
        ? await this.#press(item.digits)
        : await this.#endpoint.execute('playback', playbackOf(item, this.#endpoint.media.files));
    this.#breaker.itemEnded();
    if (done === undefined) return this.#leg.life.ended ? { kind: 'leg-ended' } : undefined;
    if (done.kind === 'ended') return { kind: 'leg-ended' };
    if (done.kind !== 'value') return { kind: 'failed', why: whyOf(done, 'playback') };
    const response = done.value.getHeader('Application-Response');
    if (response === 'FILE NOT FOUND') return notFound(item);
    return response === 'PLAYBACK ERROR' && !this.#breaker.requested
      ? { kind: 'failed', why: response }
      : undefined;
  }
}

function notFound(item: PlayItem): PlayOutcome {
  return item.kind === 'file'
    ? { kind: 'file-missing', path: item.path }
    : { kind: 'failed', why: `${item.kind} cannot be played` };
}

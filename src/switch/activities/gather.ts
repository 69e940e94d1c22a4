/** Plays a prompt and collects keys, by the media server's play_and_get_digits. A stop presses a key that no phone has. */
import { messageOf } from '../../errors.js';
import type { Activity, GatherOutcome, GatherRequest } from '../../app/ports/switch.js';
import { onNewSignal } from '../../app/calls/new-signals.js';
import type { SwitchContext } from '../context.js';
import type { SwitchLeg } from '../legs/leg.js';
import { STOP_KEY, type Endpoint } from '../legs/endpoint.js';
import type { EslEvent } from '../libraries.js';
import { Outcome, whyOf } from '../lifetime.js';
import { missingFile, playbackOf, quoted, type LegMedia } from './media.js';
import { Breaker } from './breaker.js';
import { settledActivity } from './play.js';

const VARIABLE = 'dialtrace_digits';
/** The application takes one file; several become one by this sign. */
const DELIMITER = '!';
const KEY_MS = 100;
const NO_PROMPT = 'silence_stream://20';

export function gather(
  media: LegMedia,
  request: GatherRequest,
  context: SwitchContext,
): Activity<GatherOutcome> {
  if (media.leg.life.ended) return settledActivity({ kind: 'leg-ended' });
  if (!media.endpoint) return settledActivity({ kind: 'failed', why: 'the leg has no media yet' });
  const early = keysUntilStart(media.leg, media.endpoint, request.typed ?? '');
  const gathering = new Gathering(media.endpoint, context, early);
  void gathering.run(request);
  return { outcome: gathering.outcome.promise, stop: () => gathering.stop() };
}

class Gathering {
  readonly outcome = new Outcome<GatherOutcome>();
  readonly #endpoint: Endpoint;
  readonly #context: SwitchContext;
  readonly #breaker: Breaker;
  readonly #early: EarlyKeys;

  constructor(endpoint: Endpoint, context: SwitchContext, early: EarlyKeys) {
    this.#early = early;
    this.#endpoint = endpoint;
    this.#context = context;
    this.#breaker = new Breaker(endpoint, () => void endpoint.pressFor(STOP_KEY, KEY_MS));
  }

  async run(request: GatherRequest): Promise<void> {
    try {
      this.outcome.settle(await this.#collect(request));
    } catch (error) {
      this.outcome.settle({ kind: 'failed', why: messageOf(error) });
    } finally {
      this.#early.close();
      this.#breaker.release();
    }
  }

  stop(): void {
    this.#breaker.stop(this.outcome, this.#context);
  }

  async #collect(request: GatherRequest): Promise<GatherOutcome> {
    const missing = await missingFile(request.items, this.#endpoint.media.files);
    if (missing !== undefined) return { kind: 'failed', why: `${missing} is missing` };
    const files = request.items.flatMap((item) =>
      item.kind === 'keys' ? [] : [playbackOf(item, this.#endpoint.media.files)],
    );
    if (files.length > 1) await this.#endpoint.set({ playback_delimiter: DELIMITER });
    const done = await this.#endpoint.execute('play_and_get_digits', argumentsOf(request, files));
    if (done.kind === 'ended') return { kind: 'leg-ended' };
    if (done.kind !== 'value') return { kind: 'failed', why: whyOf(done, 'play_and_get_digits') };
    if (this.#breaker.requested) return { kind: 'stopped' };
    return outcomeOf(done.value);
  }
}

interface EarlyKeys {
  close(): void;
}

/**
 * The channel throws keys away until the application runs, and tells them all the same: those are pressed once more as soon
 * as it does. FreeSWITCH tells keys and the start of the prompt on one connection, in their order.
 */
function keysUntilStart(leg: SwitchLeg, endpoint: Endpoint, typed: string): EarlyKeys {
  let keys = typed;
  const offKeys = onNewSignal(leg, (signal) => signal.kind === 'key' && (keys += signal.digit));
  const offStart = endpoint.onPlaybackStart(() => {
    close();
    for (const digit of keys) void endpoint.pressUnheard(digit, KEY_MS);
  });
  const close = () => {
    offKeys();
    offStart();
  };
  return { close };
}

/** `min max tries timeout terminators file invalidFile variable regexp digitTimeout`; FreeSWITCH splits at spaces. */
export function argumentsOf(request: GatherRequest, files: readonly string[]): string {
  const prompt = files.length === 0 ? NO_PROMPT : files.join(DELIMITER);
  return [
    request.minDigits,
    request.maxDigits,
    1,
    request.timeoutMs,
    `${request.terminators}${STOP_KEY}`,
    quoted(prompt),
    NO_PROMPT,
    VARIABLE,
    '[0-9*#A-D]+',
    request.interDigitMs,
  ].join(' ');
}

function outcomeOf(done: EslEvent): GatherOutcome {
  const digits = done.getHeader(`variable_${VARIABLE}`) ?? '';
  const terminator = done.getHeader('variable_read_terminator_used');
  if (digits === '' && terminator === null) return { kind: 'no-input' };
  return { kind: 'digits', digits, ...(terminator !== null && { terminator }) };
}

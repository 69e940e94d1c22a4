/**
 * The providers in the order of the settings, each behind a circuit breaker, a limit of parallel work and a deadline.
 * Every provider has cache entries of its own, so that what a stand-in said during an outage is forgotten after it.
 */
import { bulkhead, circuitBreaker, ConsecutiveBreaker, handleWhen, wrap, type IPolicy } from 'cockatiel';
import type { Clock, SpokenPrompt } from '../app/ports/ports.js';
import { Fault, messageOf, type FieldProblem } from '../errors.js';
import type { Pcm, Utterance, VoiceProvider } from './api.js';
import { withDeadline } from './deadline.js';
import { hashOf, type CachedPrompt, type PromptCache } from './prompt-cache.js';

export interface VoiceChainOptions {
  readonly clock: Clock;
  readonly cache: PromptCache;
  readonly signal: AbortSignal;
}

/** Brings the sound of a voice to 8 kHz and the common loudness. */
export type Finish = (pcm: Pcm, signal: AbortSignal) => Promise<Pcm>;

export interface BreakerSettings {
  readonly failures: number;
  readonly openMs: number;
}

/** One provider, guarded. */
export interface Voice {
  readonly provider: VoiceProvider;
  readonly finish: Finish;
  readonly policy: IPolicy;
}

/** Raise it when trimming or levelling changes, so that old files are not found any more. */
const FINISH_VERSION = '1';
const PARALLEL = 4;
const WAITING = 200;
const BREAKER: BreakerSettings = { failures: 3, openMs: 30_000 };

export function guarded(
  provider: VoiceProvider,
  finish: Finish,
  { failures, openMs }: BreakerSettings = BREAKER,
): Voice {
  const breaker = circuitBreaker(handleWhen(isVoiceFailure), {
    halfOpenAfter: openMs,
    breaker: new ConsecutiveBreaker(failures),
  });
  return { provider, finish, policy: wrap(bulkhead(PARALLEL, WAITING), breaker) };
}

/** That the listener hung up says nothing about the voice. */
function isVoiceFailure(error: Error): boolean {
  return error.name !== 'AbortError';
}

/** The first voice that has said it before, or can say it now. Throws Fault `speech-failed` with every provider's reason. */
export async function speakInTurn(
  voices: readonly Voice[],
  utterance: Utterance,
  options: VoiceChainOptions,
): Promise<SpokenPrompt> {
  const failures: FieldProblem[] = [];
  for (const voice of voices) {
    try {
      return await speakCached(voice, utterance, options);
    } catch (thrown) {
      options.signal.throwIfAborted();
      failures.push({ field: voice.provider.name, problem: messageOf(thrown) });
    }
  }
  throw speechFailed(failures);
}

function speechFailed(failures: readonly FieldProblem[]): Fault {
  const reasons = failures.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  return new Fault('speech-failed', `no voice could speak the text (${reasons || 'none is set'})`, {
    fields: failures,
  });
}

async function speakCached(
  voice: Voice,
  utterance: Utterance,
  options: VoiceChainOptions,
): Promise<SpokenPrompt> {
  const { ssml, locale, rate } = utterance;
  const { name, markup } = voice.provider;
  const text = markup === undefined || ssml === undefined ? utterance.text : ssml;
  const hash = hashOf(
    FINISH_VERSION,
    name,
    voice.provider.fingerprint(utterance),
    text,
    locale,
    String(rate),
  );
  const toSpoken = (prompt: CachedPrompt, cached: boolean): SpokenPrompt => ({
    ...prompt,
    provider: name,
    cached,
  });
  const found = await options.cache.find(hash);
  if (found !== undefined) return toSpoken(found, true);
  const pcm = await speakFresh(voice, utterance, options);
  return toSpoken(await options.cache.store(hash, pcm), false);
}

/** Past the cache. Only the voice itself is under the breaker: a full disk is no fault of the voice. */
export async function speakFresh(
  { provider, finish, policy }: Voice,
  utterance: Utterance,
  { clock, signal }: Pick<VoiceChainOptions, 'clock' | 'signal'>,
): Promise<Pcm> {
  return policy.execute(
    () =>
      withDeadline({ clock, ms: provider.timeoutMs, signal }, async (limited) =>
        finish(await provider.speak(utterance, limited), limited),
      ),
    signal,
  );
}

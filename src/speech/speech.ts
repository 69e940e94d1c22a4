/**
 * The `Speech` port: text in, 8 kHz mono WAV file out. Composed by main from `speech.providers`, and by the CLI for
 * `prompt preview` and `doctor`. Same text at the same time is one job; a recording steps in when voices are too slow.
 */
import type { Clock, ProviderHealth, SpeechRequest, SpokenPrompt } from '../app/ports/ports.js';
import type { PromptCatalogue } from '../domain/prompts/prompt-catalogue.js';
import type { Pronounce } from '../domain/prompts/pronunciation.js';
import { speakableText, withoutCommands } from '../domain/prompts/speakable-text.js';
import { readSsml, writeSsml } from '../domain/prompts/ssml.js';
import { Fault, messageOf } from '../errors.js';
import type { Pcm, PrerenderOutcome, SpeakOptions, SpeechService, Utterance } from './api.js';
import { LINE_RATE } from './audio/line-rate.js';
import { withDeadline } from './deadline.js';
import { PromptCache } from './prompt-cache.js';
import { createProvider, type ProviderSettings } from './providers/provider-kinds.js';
import { createRecordedProvider } from './providers/recorded.js';
import { SharedJobs } from './shared-jobs.js';
import {
  guarded,
  speakFresh,
  speakInTurn,
  type BreakerSettings,
  type Finish,
  type Voice,
  type VoiceChainOptions,
} from './voice-chain.js';
import { WorkerClient, workerFile } from './worker-client.js';

export interface SpeechOptions {
  /** In the order in which they are tried. Recorded prompts always come last. */
  readonly providers: readonly ProviderSettings[];
  readonly catalogue: () => PromptCatalogue;
  /** Default: as written. */
  readonly pronounce?: Pronounce;
  readonly cacheDirectory: string;
  readonly cacheMegabytes: number;
  /** A prompt not spoken for so long is removed. Default 90. */
  readonly cacheDays?: number;
  readonly clock: Clock;
  readonly breaker?: BreakerSettings;
}

const CACHE_DAYS = 90;
const DAY_MS = 86_400_000;
const PRERENDER_PARALLEL = 2;
const SLOWEST_RATE = 0.5;
const FASTEST_RATE = 2;
const HEALTH_TEXT: Utterance = {
  text: '1',
  written: '1',
  ssml: undefined,
  locale: 'en',
  voice: undefined,
  rate: 1,
  prompt: undefined,
};

/** Threads and libraries start with the first prompt, not here. Throws Fault `settings-invalid` for a bad provider. */
export function createSpeech(options: SpeechOptions): SpeechService {
  return new ChainedSpeech(options);
}

class ChainedSpeech implements SpeechService {
  readonly #voices: readonly Voice[];
  readonly #recorded: Voice;
  readonly #chain: Omit<VoiceChainOptions, 'signal'>;
  readonly #audio: WorkerClient<Pcm>;
  readonly #pronounce: Pronounce;
  readonly #jobs = new SharedJobs<SpokenPrompt>();

  constructor(options: SpeechOptions) {
    const { clock, cacheDirectory: directory, cacheMegabytes, cacheDays = CACHE_DAYS } = options;
    this.#pronounce = options.pronounce ?? ((text) => text);
    this.#audio = new WorkerClient<Pcm>({ file: workerFile('audio-worker'), clock });
    const finish: Finish = (pcm, signal) => this.#audio.request(pcm, signal);
    // The last resort needs nothing that may be busy or broken: a recording made for the line is played as it is.
    const finishRecording: Finish = async (pcm, signal) =>
      pcm.sampleRate === LINE_RATE ? pcm : finish(pcm, signal);
    this.#voices = options.providers.map((settings) =>
      guarded(createProvider(settings.kind, settings, clock), finish, options.breaker),
    );
    this.#recorded = guarded(createRecordedProvider(options.catalogue), finishRecording, options.breaker);
    const cache = new PromptCache({
      directory,
      clock,
      maxBytes: cacheMegabytes * 1_000_000,
      maxAgeMs: cacheDays * DAY_MS,
    });
    this.#chain = { clock, cache };
  }

  async speak(request: SpeechRequest, { signal, deadlineMs }: SpeakOptions = {}): Promise<SpokenPrompt> {
    const utterance = toUtterance(request, this.#pronounce);
    const spoken = this.#jobs.join(
      JSON.stringify(utterance),
      (jobSignal) => this.#speakInTurn(utterance, jobSignal),
      signal,
    );
    if (deadlineMs === undefined) return spoken;
    return this.#recordedWhenLate(spoken, utterance, { deadlineMs, signal });
  }

  wording(request: SpeechRequest): string {
    return toUtterance(request, this.#pronounce).text;
  }

  finish(pcm: Pcm): Promise<Pcm> {
    return this.#audio.request(pcm, new AbortController().signal);
  }

  async #speakInTurn(utterance: Utterance, signal: AbortSignal): Promise<SpokenPrompt> {
    return speakInTurn([...this.#voices, this.#recorded], utterance, { ...this.#chain, signal });
  }

  /** The voice goes on after the deadline: the text will be in the cache when the listener asks for it again. */
  async #recordedWhenLate(
    spoken: Promise<SpokenPrompt>,
    utterance: Utterance,
    { deadlineMs, signal }: { readonly deadlineMs: number; readonly signal: AbortSignal | undefined },
  ): Promise<SpokenPrompt> {
    try {
      return await withDeadline({ clock: this.#chain.clock, ms: deadlineMs, signal }, () => spoken);
    } catch (thrown) {
      signal?.throwIfAborted();
      if (thrown instanceof Fault) throw thrown;
      const inTime = signal ?? new AbortController().signal;
      return speakInTurn([this.#recorded], utterance, { ...this.#chain, signal: inTime });
    }
  }

  async prerender(requests: readonly SpeechRequest[]): Promise<readonly PrerenderOutcome[]> {
    const outcomes: PrerenderOutcome[] = [];
    const waiting = requests.map((request, index) => ({ request, index }));
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        outcomes[next.index] = await this.#outcomeOf(next.request);
    };
    await Promise.all(Array.from({ length: PRERENDER_PARALLEL }, work));
    return outcomes;
  }

  async #outcomeOf(request: SpeechRequest): Promise<PrerenderOutcome> {
    try {
      return { ok: true, spoken: await this.speak(request) };
    } catch (thrown) {
      return { ok: false, text: request.text, why: messageOf(thrown) };
    }
  }

  async health(): Promise<readonly ProviderHealth[]> {
    return Promise.all([...this.#voices, this.#recorded].map((voice) => this.#healthOf(voice)));
  }

  async #healthOf(voice: Voice): Promise<ProviderHealth> {
    const { name: provider } = voice.provider;
    const { signal } = new AbortController();
    const startedAt = this.#chain.clock.now();
    try {
      const { samples, sampleRate } = await speakFresh(voice, HEALTH_TEXT, { ...this.#chain, signal });
      const seconds = (samples.length / sampleRate).toFixed(1);
      return {
        provider,
        ok: true,
        detail: `${seconds} s of speech in ${this.#chain.clock.now() - startedAt} ms`,
      };
    } catch (thrown) {
      return { provider, ok: false, detail: messageOf(thrown) };
    }
  }

  async close(): Promise<void> {
    await this.#jobs.close();
    await Promise.all([...this.#voices, this.#recorded].map(({ provider }) => provider.close()));
    await this.#audio.close();
  }
}

/** Throws Fault `speech-failed` when nothing in the text can be said. */
function toUtterance(
  { text, ssml, locale, voice, rate = 1, prompt }: SpeechRequest,
  pronounce: Pronounce,
): Utterance {
  const written = speakableText(text);
  if (written === '') throw new Fault('speech-failed', 'there is nothing to say in the text');
  return {
    text: speakableText(pronounce(text, locale)),
    written,
    ssml: pronouncedSsml(ssml, (words) => pronounce(words, locale)),
    locale,
    voice,
    rate: Math.max(SLOWEST_RATE, Math.min(FASTEST_RATE, rate)),
    prompt,
  };
}

/** Undefined when there is none, or nobody could read it: the words are said without it. */
function pronouncedSsml(ssml: string | undefined, pronounce: (text: string) => string): string | undefined {
  const read = ssml === undefined ? undefined : readSsml(ssml);
  return read?.ok === true ? writeSsml(read.parts, (text) => withoutCommands(pronounce(text))) : undefined;
}

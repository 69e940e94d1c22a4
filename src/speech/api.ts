/**
 * Values that pass between the voices, the chain and the cache of this room. The port itself is `Speech` of app/ports;
 * `SpeechService` adds what only speech knows: which prompt a text came from, and rendering ahead of need.
 */
import type { ProviderHealth, Speech, SpeechRequest, SpokenPrompt } from '../app/ports/ports.js';

/** 16-bit linear PCM, mono. */
export interface Pcm {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}

/** One thing to say, made safe for a voice. */
export interface Utterance {
  /** As the dictionary of pronunciations has it. */
  readonly text: string;
  /** As the prompt has it: recordings are found by it. */
  readonly written: string;
  /** `text` with speech markup, when the prompt has some. */
  readonly ssml: string | undefined;
  readonly locale: string;
  readonly voice: string | undefined;
  /** 1 = normal, 0.5 half, 2 double speed. */
  readonly rate: number;
  /** Prompt the text was rendered from: chooses the recording when no voice works. */
  readonly prompt: string | undefined;
}

export interface VoiceProvider {
  readonly name: string;
  readonly timeoutMs: number;
  /** Reads speech markup; any other voice gets the words alone. */
  readonly markup?: 'ssml';
  /** All that changes the sound beside the text: part of the cache key. */
  fingerprint(utterance: Utterance): string;
  /** Any sample rate, any loudness. Rejects when the voice cannot say it, soon after `signal` aborts. */
  speak(utterance: Utterance, signal: AbortSignal): Promise<Pcm>;
  close(): Promise<void>;
}

export interface SpeakOptions {
  readonly signal?: AbortSignal;
  /** After this the recorded prompt is given instead; the voice goes on and fills the cache. */
  readonly deadlineMs?: number;
}

export type PrerenderOutcome =
  | { readonly ok: true; readonly spoken: SpokenPrompt }
  | { readonly ok: false; readonly text: string; readonly why: string };

export interface SpeechService extends Speech {
  /** 8 kHz mono WAV for a text. Throws Fault `speech-failed` when every voice fails and nothing is recorded. */
  speak(request: SpeechRequest, options?: SpeakOptions): Promise<SpokenPrompt>;
  /** The text as the voices get it: safe, and with the words of the dictionary replaced. */
  wording(request: SpeechRequest): string;
  /** Fills the cache, two at a time. One text that fails does not stop the others. */
  prerender(requests: readonly SpeechRequest[]): Promise<readonly PrerenderOutcome[]>;
  /** A sound as a line plays it: 8 kHz, without silence around it, of the common loudness. Rejects when it is silent. */
  finish(pcm: Pcm): Promise<Pcm>;
  /** Every provider says one short word, whatever the cache holds. */
  health(): Promise<readonly ProviderHealth[]>;
}

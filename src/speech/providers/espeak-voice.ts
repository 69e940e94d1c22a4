/** espeak-ng's names for voices and speed, shared by its binary (say) and its WebAssembly build (wasm). */
import { primaryTag } from '../../domain/prompts/language.js';
import type { Utterance } from '../api.js';
import { voiceFor, type Voices } from './voice-choice.js';

/** A little slower than espeak's 175: a phone line takes the sharpness away. */
const WORDS_PER_MINUTE = 160;
const SLOWEST = 80;
const FASTEST = 450;
/** espeak's plain `en` is British; its WebAssembly build does not know `en-gb`. Other locales go by their language. */
const ESPEAK_VOICES: Voices = { en: 'en-us', 'en-US': 'en-us', 'en-GB': 'en' };

export function espeakVoice(utterance: Utterance, voices: Voices): string {
  return voiceFor(utterance, { ...ESPEAK_VOICES, ...voices }) ?? primaryTag(utterance.locale);
}

export function espeakSpeed(rate: number): number {
  return Math.round(Math.max(SLOWEST, Math.min(FASTEST, WORDS_PER_MINUTE * rate)));
}

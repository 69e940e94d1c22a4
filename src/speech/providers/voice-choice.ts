/** Which voice of a provider speaks a request: the one asked for, else the one set for the locale, else its language. */
import { primaryTag } from '../../domain/prompts/language.js';
import type { Utterance } from '../api.js';

/** Voice by locale (`ru`, `en-GB`). */
export type Voices = Readonly<Record<string, string>>;

export function voiceFor({ voice, locale }: Utterance, voices: Voices): string | undefined {
  return voice ?? own(voices, locale) ?? own(voices, primaryTag(locale));
}

function own(voices: Voices, locale: string): string | undefined {
  return Object.hasOwn(voices, locale) ? voices[locale] : undefined;
}

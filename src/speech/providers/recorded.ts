/**
 * The last of the chain: recorded prompts, so that a call is never silent when no voice works. A text with names in it
 * is replaced by the short recording of its prompt, an unknown text by "one moment, please".
 */
import { readFile } from 'node:fs/promises';
import { localeChain } from '../../domain/prompts/language.js';
import { findPrompt, type PromptCatalogue, type Recording } from '../../domain/prompts/prompt-catalogue.js';
import { LAST_PROMPT } from '../../domain/prompts/prompt-names.js';
import type { Utterance, VoiceProvider } from '../api.js';
import { decodeWav } from '../audio/wav.js';

const TIMEOUT_MS = 5_000;

export function createRecordedProvider(catalogue: () => PromptCatalogue): VoiceProvider {
  return {
    name: 'recorded',
    timeoutMs: TIMEOUT_MS,
    fingerprint: (utterance) => recordingFor(utterance, catalogue())?.revision ?? '',
    speak: async (utterance, signal) => {
      const recording = recordingFor(utterance, catalogue());
      if (recording === undefined) throw new Error(`nothing is recorded for ${utterance.locale}`);
      return decodeWav(await readFile(recording.path, { signal }));
    },
    close: () => Promise.resolve(),
  };
}

/** The recording of the prompt, of the same text, or the last prompt, in the nearest locale that has one. */
function recordingFor(
  { written, locale, prompt }: Utterance,
  catalogue: PromptCatalogue,
): Recording | undefined {
  const inLocale = (tag: string): Recording | undefined => {
    const named = prompt === undefined ? undefined : findPrompt(catalogue, prompt, tag, tag);
    const worded = Object.values(catalogue[tag] ?? {}).find((fixed) => fixed.text === written);
    const found = [named, worded, findPrompt(catalogue, LAST_PROMPT, tag, tag)];
    return found.flatMap((one) => one?.recordings ?? [])[0];
  };
  return localeChain(locale)
    .map(inLocale)
    .find((recording) => recording !== undefined);
}

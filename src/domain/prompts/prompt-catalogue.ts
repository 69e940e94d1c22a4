/**
 * The texts that can be spoken, by locale and id, as the prompt files hold them. Loaded by speech/load-prompts, read
 * by the app when a step says something and by the recorded provider when no voice works.
 */
import { stableShare } from '../dialplan/stable-share.js';
import { localeChain, primaryTag } from './language.js';

export interface Prompt {
  readonly id: string;
  /** Locale of the folder the text came from; the voice must speak this language. */
  readonly locale: string;
  readonly text: string;
  /** Other wordings, so that one who calls often does not always hear the same. */
  readonly variants?: readonly string[];
  /** What the recording says when the text has names in it. */
  readonly short?: string;
  /** Names that the text may use beside those of a lead. */
  readonly names: readonly string[];
  /** Several say the same in other words, in the order of the wordings. */
  readonly recordings?: readonly Recording[];
  /** `people`: recorded for this place. Played before any voice is asked, when the text has no names in it. */
  readonly recordedBy?: 'people';
}

export interface Recording {
  readonly path: string;
  /** Changes when the file does. */
  readonly revision: string;
}

/** locale → prompt id → prompt. */
export type PromptCatalogue = Readonly<Record<string, Readonly<Record<string, Prompt>>>>;

/** The prompt in the nearest locale that has it: `vi-VN`, then `vi`, then `lastLocale`. */
export function findPrompt(
  catalogue: PromptCatalogue,
  id: string,
  locale: string,
  lastLocale = 'en',
): Prompt | undefined {
  const found = localeChain(locale, lastLocale).map((tag) => promptOf(catalogue, tag, id));
  return found.find((prompt) => prompt !== undefined);
}

/** Locale of the voice: as asked (`ru-KZ`) when the text is in that language, else that of the text. */
export function spokenLocale(prompt: Prompt, asked: string): string {
  return primaryTag(asked) === primaryTag(prompt.locale) ? asked : prompt.locale;
}

/** Every text of the prompt, of which one is said. */
export function wordingsOf({ text, variants = [] }: Prompt): readonly string[] {
  return [text, ...variants];
}

/** The same for one seed, a call's id: what a call has spoken ahead is what it plays, also when it repeats. */
export function wordingFor(prompt: Prompt, seed: string): string {
  const wordings = wordingsOf(prompt);
  return wordings[Math.floor(stableShare(seed, prompt.id) * wordings.length)] ?? prompt.text;
}

/** What the recording of a prompt must say. */
export function recordedText(prompt: Prompt): string {
  return prompt.short ?? prompt.text;
}

/** The recording that a call hears; without a seed the first. Its share of calls is that of the wording in its place. */
export function recordingFor({ id, recordings = [] }: Prompt, seed?: string): Recording | undefined {
  const index = seed === undefined ? 0 : Math.floor(stableShare(seed, id) * recordings.length);
  return recordings[index];
}

/** A recording to be played instead of a voice. */
export function ownRecording(prompt: Prompt, seed: string): Recording | undefined {
  const isWhole = prompt.recordedBy === 'people' && prompt.short === undefined;
  return isWhole ? recordingFor(prompt, seed) : undefined;
}

/** Name of the n-th WAV file beside the YAML file, from 1. */
export function recordingFile({ id, short }: Pick<Prompt, 'id' | 'short'>, n = 1): string {
  const name = short === undefined ? id : `${id}-short`;
  return n === 1 ? `${name}.wav` : `${name}-${n}.wav`;
}

/** Ids and locales come from outside: only own keys count, never `constructor`. */
function promptOf(catalogue: PromptCatalogue, locale: string, id: string): Prompt | undefined {
  const prompts = Object.hasOwn(catalogue, locale) ? catalogue[locale] : undefined;
  return prompts !== undefined && Object.hasOwn(prompts, id) ? prompts[id] : undefined;
}

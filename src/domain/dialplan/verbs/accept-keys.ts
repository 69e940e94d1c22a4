/** What an operator's key means while the whisper plays. Called by ringing.ts. */
import { z } from 'zod';
import { present } from '../../values/present.js';
import type { Spoken } from '../directives.js';

const key = z.string().regex(/^[0-9*#]$/);

/** What the recordings of `operator-keys` say. */
const USUAL = { accept: '1', repeat: '2', later: '3', 'not-mine': '4', spam: '9' } as const;

export const acceptKeysField = z.strictObject({
  accept: key.default(USUAL.accept).describe('Takes the call'),
  repeat: key.default(USUAL.repeat).describe('Hears the whisper again'),
  later: key.default(USUAL.later).describe('Call later'),
  'not-mine': key.default(USUAL['not-mine']).describe('Somebody else should take it'),
  spam: key.default(USUAL.spam).describe('Not worth a call'),
});
export type AcceptKeys = z.infer<typeof acceptKeysField>;

/** `none`: no key, or one that means nothing. */
export type KeyMeaning = keyof AcceptKeys | 'none';

export function meaningOf(keys: AcceptKeys, digits: string): KeyMeaning {
  return named(keys).find(([, digit]) => digit === digits)?.[0] ?? 'none';
}

function named(keys: AcceptKeys): readonly [keyof AcceptKeys, string][] {
  return Object.entries(keys) as [keyof AcceptKeys, string][];
}

/**
 * The prompt that tells an operator his keys. Keys of one's own go in as `keys.accept`, `keys.not_mine`, …; a meaning
 * whose key another one took is blank, because pressing it does something else.
 */
export function keysPrompt(keys: AcceptKeys, locale: string | undefined): Spoken {
  const prompt = { kind: 'prompt', prompt: 'operator-keys', ...present({ locale }) } as const;
  if (named(keys).every(([meaning, digit]) => digit === USUAL[meaning])) return prompt;
  const own = named(keys).map(([meaning, digit]) => [
    meaning.replace('-', '_'),
    meaningOf(keys, digit) === meaning ? digit : '',
  ]);
  return { ...prompt, names: { keys: Object.fromEntries(own) as Record<string, string> }, recorded: 'no' };
}

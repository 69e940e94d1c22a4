/** What an operator's key means while the whisper plays. Called by ring-group. */
import { z } from 'zod';

const key = z.string().regex(/^[0-9*#]$/);

export const acceptKeysField = z.strictObject({
  accept: key.default('1').describe('Takes the call'),
  repeat: key.default('2').describe('Hears the whisper again'),
  later: key.default('3').describe('Call later'),
  'not-mine': key.default('4').describe('Somebody else should take it'),
  spam: key.default('9').describe('Not worth a call'),
});
export type AcceptKeys = z.infer<typeof acceptKeysField>;

/** `none`: no key, or one that means nothing. */
export type KeyMeaning = keyof AcceptKeys | 'none';

export function meaningOf(keys: AcceptKeys, digits: string): KeyMeaning {
  const named = Object.entries(keys) as [keyof AcceptKeys, string][];
  return named.find(([, digit]) => digit === digits)?.[0] ?? 'none';
}

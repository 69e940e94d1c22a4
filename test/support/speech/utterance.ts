/** Short ways to the values that speech tests need again and again. */
import type { Utterance } from '../../../src/speech/api.js';

export function utterance(text: string, rest: Partial<Utterance> = {}): Utterance {
  return {
    text,
    written: text,
    ssml: undefined,
    locale: 'en',
    voice: undefined,
    rate: 1,
    prompt: undefined,
    ...rest,
  };
}

/** A signal that never aborts. */
export function forever(): AbortSignal {
  return new AbortController().signal;
}

/** Runs something that may never settle: a deadline and the owner's signal both end the wait. Used for every voice. */
import type { Clock } from '../app/ports/ports.js';

export interface Limits {
  readonly clock: Clock;
  readonly ms: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with the signal's reason, or with an error naming the deadline. `action` sees either as an abort. */
export async function withDeadline<T>(
  limits: Limits,
  action: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const outer = limits.signal;
  outer?.throwIfAborted();
  const signal = outer === undefined ? late.signal : AbortSignal.any([outer, late.signal]);
  const cancel = limits.clock.after(limits.ms, () =>
    late.abort(new Error(`no answer within ${limits.ms} ms`)),
  );
  try {
    return await untilAborted(signal, action(signal));
  } finally {
    cancel();
  }
}

/** The work, or the signal's reason as soon as it aborts. The listener goes with the wait. */
export async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const fail = (): void => reject(reasonOf(signal));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true, signal: ended.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    ended.abort();
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal.reason });
}

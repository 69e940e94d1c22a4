/** Waiting with a deadline, for everything in chaos and bench that waits for another process. */
import { Fault } from '../../errors.js';
import { systemClock } from '../../sip/system.js';

/** Throws Fault `switch-timeout` naming `what` when the promise is not settled in time. */
export async function within<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let cancel = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = systemClock.after(ms, () => reject(new Fault('switch-timeout', `waited ${ms} ms for ${what}`)));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    cancel();
  }
}

export function pass(ms: number): Promise<void> {
  return new Promise((resolve) => void systemClock.after(ms, resolve));
}

export interface Polling {
  readonly everyMs: number;
  readonly deadlineMs: number;
}

/** Asks until the answer is good; gives the last answer when the time is up. */
export async function poll<T>(
  ask: () => Promise<T>,
  isGood: (answer: T) => boolean,
  { everyMs, deadlineMs }: Polling,
): Promise<T> {
  const deadline = systemClock.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer) || systemClock.now() > deadline) return answer;
    await pass(everyMs);
  }
}

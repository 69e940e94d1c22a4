/** A callback policy for tests of retrying. */
import type { RetryTerms } from '../../../src/domain/retry/after-attempt.js';
import type { CallbackPolicy } from '../../../src/domain/routing/telephony.js';

export const POLICY: CallbackPolicy = {
  name: 'default',
  enabled: 'on',
  dialplan: 'callback',
  group: 'sales',
  duplicateWindowMinutes: 10,
  maxAttempts: 5,
  retry: {
    ...{ busy: [120, 300, 900], 'no-answer': [300], rejected: 'stop', cancelled: [10], unknown: [30] },
    cut: [10, 60, 'stop'],
  },
  laterSeconds: 900,
  noOperatorSeconds: 60,
  maxNoOperator: 7,
  clientRingSeconds: 30,
};

/** Always open, and nothing left to chance. */
export function termsAt(now: number): RetryTerms {
  return { policy: POLICY, operatorRingSeconds: 20, now, random: 0, nextOpen: (at) => at };
}

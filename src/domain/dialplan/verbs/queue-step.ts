/** The options and outcomes of `queue`. Called by queue.ts. */
import { z } from 'zod';
import { spokenField } from '../spoken.js';
import { expressionField, legField, secondsField, stepBase, type Outcomes } from '../verb.js';
import { acceptKeysField } from './accept-keys.js';
import type { RingStep } from './ring-step.js';
import { waitingSoundField } from './waiting-sound.js';

export const QUEUE_OUTCOMES = {
  accepted: { when: 'An operator accepted; the leg is now called `operator`.', otherwise: 'required' },
  timeout: { when: 'The longest wait is over.', otherwise: 'required' },
  exit: { when: 'The caller pressed the exit key.', otherwise: { as: 'timeout' } },
  callback: {
    when: 'The caller asked to be called back and keeps the place.',
    otherwise: { as: 'timeout' },
  },
  full: { when: '`mostWaiting` callers wait already.', otherwise: { as: 'timeout' } },
  failed: { when: 'The place could not be kept, or nobody knows.', otherwise: { as: 'timeout' } },
  'hung-up': { when: 'The caller hung up.', otherwise: 'end' },
} as const satisfies Outcomes;

const key = z
  .string()
  .regex(/^[0-9*#]$/, 'one of the keys 0-9 * #')
  .describe('Key of the caller');

export const queueStep = z
  .strictObject({
    do: z.literal('queue'),
    queue: z.string().min(1).max(64).describe('Name of the queue; steps with the same name share it'),
    leg: legField.default('caller').describe('Who waits'),
    as: z.string().default('operator').describe('Name for the leg that accepts'),
    group: z.string().min(1).optional().describe('Group that serves it; default: that of the call'),
    priority: expressionField
      .default({ op: 'literal', value: 0 })
      .describe('Expression for a number; higher ones are served first'),
    music: waitingSoundField,
    announce: z
      .strictObject({
        everySeconds: secondsField.default(45).describe('Music between two announcements'),
        what: z.array(spokenField).min(1).describe('May use queuePosition, queueWaiting, queueMinutes'),
      })
      .optional()
      .describe('Said again and again while the caller waits'),
    exitKey: key.optional().describe('Key that leaves the queue'),
    callback: z
      .strictObject({ key })
      .optional()
      .describe('Key that asks for a callback which keeps the place'),
    maxSeconds: z.number().positive().max(14_400).default(900).describe('Longest wait'),
    mostWaiting: z.number().int().min(1).max(10_000).optional().describe('Longest queue'),
    ringSeconds: secondsField.default(20).describe('An operator rings this long'),
    ask: z
      .enum(['everyone', 'mobiles', 'nobody'])
      .default('mobiles')
      .describe('Who hears the whisper and must press the accept key'),
    keys: acceptKeysField.prefault({}).describe('Keys of the operator who is asked'),
    keySeconds: secondsField.default(8).describe('Silence after the whisper before it counts as no key'),
    tries: z.number().int().min(1).max(5).default(2).describe('How often a silent operator is asked'),
    ...stepBase(QUEUE_OUTCOMES),
  })
  .refine((step) => step.exitKey === undefined || step.exitKey !== step.callback?.key, {
    message: 'exitKey and callback.key are the same key',
    path: ['exitKey'],
  });
export type QueueStep = z.infer<typeof queueStep>;

/** One operator is rung as `ring-group` would. */
export function ringTermsOf(step: QueueStep): RingStep {
  const { as, group, ringSeconds, ask, keys, keySeconds, tries } = step;
  const own = { as, group, ringSeconds, ask, keys, keySeconds, tries };
  return { do: 'ring-group', strategy: 'simultaneous', on: undefined, ...own };
}

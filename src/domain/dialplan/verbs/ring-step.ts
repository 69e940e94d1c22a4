/** The options and outcomes of `ring-group`. Called by ring-group.ts. */
import { z } from 'zod';
import { secondsField, stepBase, type Outcomes } from '../verb.js';
import { acceptKeysField } from './accept-keys.js';
import { comfortField } from './comfort.js';

export const RING_OUTCOMES = {
  accepted: { when: 'An operator accepted; the leg is now called `operator`.', otherwise: 'required' },
  nobody: { when: 'Every phone was tried and nobody accepted.', otherwise: 'required' },
  'no-operators': { when: 'Nobody is on duty, or nobody on duty has a phone.', otherwise: { as: 'nobody' } },
  later: { when: 'An operator asked to call later.', otherwise: 'end' },
  spam: { when: 'An operator marked the lead as spam.', otherwise: 'end' },
  gone: { when: 'The waiting party hung up; every phone stops ringing.', otherwise: 'end' },
} as const satisfies Outcomes;

export const ringStep = z.strictObject({
  do: z.literal('ring-group'),
  as: z.string().default('operator').describe('Name for the leg that accepts'),
  group: z.string().min(1).optional().describe('Group to ring; default: that of the call'),
  strategy: z
    .enum(['simultaneous', 'sequential'])
    .optional()
    .describe("Default: the group's, else sequential"),
  ringSeconds: secondsField
    .optional()
    .describe("Each operator rings this long. Default: the group's, else 20"),
  ask: z
    .enum(['everyone', 'mobiles', 'nobody'])
    .default('everyone')
    .describe('Who hears the whisper and must press the accept key'),
  keys: acceptKeysField.prefault({}).describe('Keys of the operator who is asked'),
  keySeconds: secondsField.default(8).describe('Silence after the whisper before it counts as no key'),
  tries: z.number().int().min(1).max(5).default(2).describe('How often a silent operator is asked'),
  waiting: comfortField,
  ...stepBase(RING_OUTCOMES),
});
export type RingStep = z.infer<typeof ringStep>;

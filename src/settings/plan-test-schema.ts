/**
 * What a `*.test.yaml` file beside the plans holds. Read by `dialplan test`, `dialplan sim` and the golden tests, and the
 * source of their JSON Schema.
 */
import { z } from 'zod';
import { CALL_DIRECTIONS } from '../domain/calls/call.js';
import { policyKeysField } from '../domain/dialplan/live-keys.js';
import { hoursSchema } from './telephony-schema.js';
import { hoursOf } from './telephony.js';

const spoken = z.array(z.looseObject({ kind: z.string() }));

/** Names are checked, so that a slip is seen; groups, policies and devices are taken as they are. */
export const factsSchema = z
  .strictObject({
    callId: z.string(),
    direction: z.enum(CALL_DIRECTIONS),
    locale: z.string(),
    clientNumber: z.string(),
    did: z.string(),
    dialled: z.string(),
    trunk: z.string(),
    caller: z.strictObject({
      known: z.boolean().optional(),
      timesCalled: z.number().optional(),
      lastCallAt: z.iso
        .datetime({ offset: true })
        .transform((text) => Date.parse(text))
        .optional(),
      lastOperator: z.string().optional(),
      lastDisposition: z.string().optional(),
      country: z.string().optional(),
      region: z.string().optional(),
      timeZone: z.string().optional(),
    }),
    attribution: z.looseObject({}),
    groups: z.record(
      z.string(),
      z.strictObject({ group: z.looseObject({ name: z.string() }), operators: z.array(z.looseObject({})) }),
    ),
    /** Written as in the telephony. */
    hours: z
      .record(z.string(), hoursSchema)
      .transform((all) =>
        Object.fromEntries(Object.entries(all).map(([name, one]) => [name, hoursOf(one, name)])),
      ),
    lead: z.looseObject({
      answers: z.record(z.string(), z.string()),
      touch: z.record(z.string(), z.string()),
    }),
    whisperTemplate: z.string(),
    group: z.looseObject({
      name: z.string(),
      strategy: z.enum(['simultaneous', 'sequential']),
      ringSeconds: z.number(),
    }),
    operators: z.array(
      z.looseObject({ name: z.string(), devices: z.array(z.looseObject({ kind: z.string() })) }),
    ),
    policy: z.looseObject({ name: z.string() }),
    liveKeys: policyKeysField,
    display: z.string(),
    callerId: z.string(),
    keysAfterAnswer: z.string(),
    promptToRecord: z.strictObject({ prompt: z.string(), locale: z.string() }),
    recorded: z.enum(['on', 'off']),
    messages: z.strictObject({ operator: spoken, client: spoken }).partial(),
  })
  .partial();

const legSchema = z.strictObject({
  ref: z.string(),
  role: z.enum(['caller', 'client', 'operator', 'consult', 'supervisor']),
  party: z.string(),
  state: z.string().optional(),
});

export const expectationSchema = z.strictObject({
  outcome: z.record(z.string(), z.string()),
  transcript: z.array(z.string()),
});

/** Wall-clock time of second 0. */
const startField = z.iso
  .datetime({ offset: true })
  .transform((text) => Date.parse(text))
  .optional()
  .describe('Wall-clock time of second 0 of the scripts; default: a Monday morning');

const caseSchema = z.strictObject({
  name: z.string().describe('What the case shows'),
  plan: z.string().optional().describe('Plan of this case; default: that of the file'),
  at: startField,
  facts: factsSchema.optional().describe('Facts of this case, over those of the file'),
  script: z
    .array(z.string())
    .default([])
    .describe('What happens, a line each: seconds, who, what: `4 operator:anna answers`'),
  expect: expectationSchema
    .optional()
    .describe('How the call ends and all that the plan orders; `--update` writes it'),
});

export const fileSchema = z.strictObject({
  plan: z.string().describe('Plan that the cases run'),
  at: startField,
  plans: z
    .record(z.string(), z.looseObject({}))
    .default({})
    .describe('Plans of this file alone, beside those of the folder'),
  facts: factsSchema.default({}).describe('What the plan may know of the call'),
  legs: z.array(legSchema).default([]).describe('Legs there are before the first step: the caller'),
  cases: z.array(caseSchema).default([]).describe('The cases'),
});

export const sceneSchema = z.looseObject({ facts: fileSchema.shape.facts, legs: fileSchema.shape.legs });

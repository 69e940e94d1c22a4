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
  .optional();

const caseSchema = z.strictObject({
  name: z.string(),
  plan: z.string().optional(),
  at: startField,
  facts: factsSchema.optional(),
  script: z.array(z.string()).default([]),
  expect: expectationSchema.optional(),
});

export const fileSchema = z.strictObject({
  plan: z.string(),
  at: startField,
  plans: z.record(z.string(), z.looseObject({})).default({}),
  facts: factsSchema.default({}),
  legs: z.array(legSchema).default([]),
  cases: z.array(caseSchema).default([]),
});

export const sceneSchema = z.looseObject({ facts: fileSchema.shape.facts, legs: fileSchema.shape.legs });

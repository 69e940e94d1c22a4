/** Schema of tracked numbers' settings: projects (sites, brands) with their rules, pools with their holds. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MODEL_NAMES } from '../domain/attribution/models.js';
import { parseTargetRule } from '../domain/attribution/target-rule.js';
import { policyKeysField } from '../domain/dialplan/live-keys.js';
import type { E164 } from '../domain/values/ids.js';
import { parseRuleExpression } from '../domain/numbers/rule-expression.js';
import { e164, name } from './names.js';
import { seconds } from './fields.js';

const share = z.number().min(0).max(1);

export const poolSchema = z.strictObject({
  project: name,
  exclusive: seconds.prefault('3m').meta({
    description: 'Nobody else gets the number until this long after the visitor’s last sign of life',
  }),
  tail: seconds.prefault('30m').meta({
    description: 'Afterwards it waits for its visitor; lent only when the pool is empty and overflow is lend',
  }),
  coolDown: seconds
    .prefault('10m')
    .meta({ description: 'Afterwards it rests, so that late callers are not mixed up' }),
  afterCall: seconds.prefault('2h').meta({ description: 'After a call the number stays with that caller' }),
  overflow: z
    .union([z.enum(['site-number', 'lend']), z.strictObject({ number: e164 })])
    .default('site-number')
    .meta({
      description: 'When every number is taken: site-number, lend (from a tail), or { number: +… } for all',
    }),
  otherArea: z
    .enum(['allowed', 'refused'])
    .default('allowed')
    .meta({ description: 'May a number of another area of the country replace the site’s one?' }),
  numberCost: z.number().min(0).optional().meta({ description: 'Money a month for one number' }),
});

const when = z
  .string()
  .transform((text, context) => {
    const parsed = parseRuleExpression(text);
    if (parsed.ok) return parsed.expression;
    context.addIssue({ code: 'custom', message: parsed.message });
    return z.NEVER;
  })
  .meta({ examples: ['source == "google" and medium == "cpc"', 'path contains "/sale"'] });

const show = z.union([
  z.literal('site-number').transform(() => ({ kind: 'site-number' }) as const),
  z.literal('static').transform(() => ({ kind: 'static' }) as const),
  z.strictObject({ pool: name }).transform(({ pool }) => ({ kind: 'pool', pool }) as const),
  z
    .strictObject({ number: e164 })
    .transform(({ number }) => ({ kind: 'static', number: number as E164 }) as const),
]);

const ruleSchema = z.strictObject({
  name: z.string().min(1).max(100),
  when: when.optional(),
  show,
});

/** Refused where it stands; kept as a text, because the set is hashed as text. */
const target = z.string().transform((text, context) => {
  const parsed = parseTargetRule(text);
  if (parsed.ok) return { text, expression: parsed.expression, version: hashOf(text) };
  context.addIssue({ code: 'custom', message: parsed.message });
  return z.NEVER;
});

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

const attributionSchema = z.strictObject({
  model: z.enum(MODEL_NAMES).default('last-non-direct'),
  threshold: share
    .default(0.6)
    .meta({ description: 'Below this confidence a call is ambiguous, not a guess' }),
  windowDays: z.number().positive().optional().meta({
    description: 'Days in which touches and repeated calls of a person belong together; absent: no end',
  }),
  repeatCalls: z
    .enum(['each-call', 'first-source'])
    .default('each-call')
    .meta({ description: 'Source of a known caller: that of each call, or of the first one' }),
  unique: z
    .enum(['across-kinds', 'per-kind'])
    .default('across-kinds')
    .meta({ description: 'Do a call and a request of one person count as one contact?' }),
  target: target.optional().meta({ examples: ['talk >= 30s and outcome != "spam" or key == "*1"'] }),
});

/** What a project says of its numbers; the rest of it is about its site. */
export const numberingShape = {
  dialplan: name
    .optional()
    .meta({ description: 'Dialplan of calls to its numbers; absent: calls.inboundPlan' }),
  failSafe: e164.optional().meta({
    description:
      'Takes callers when the plan cannot (no plan, broken, no phone to ring); set it at the carrier too',
  }),
  leasesPerMinute: z.number().int().min(1).default(600),
  rules: z
    .array(ruleSchema)
    .default([])
    .meta({ description: 'First that fits wins; when none fits the site’s number stays' }),
  attribution: attributionSchema.prefault({}),
  liveKeys: policyKeysField.optional().meta({
    description: 'Keys of the operator during a talk on its numbers; absent: those of the policy `default`',
  }),
  missedCall: name.optional().meta({ description: 'Callback policy for calls nobody talked to' }),
};

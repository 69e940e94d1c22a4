/** `gate:` of the telephony set: what is let in, held or refused. docs/gate.md is its manual. */
import { z } from 'zod';
import {
  COUNTED_BY,
  PHONE_KINDS,
  type Budget,
  type CountedBy,
  type GateRules,
} from '../domain/gate/rules.js';
import { seconds } from './fields.js';

const then = (verdict: 'block' | 'quarantine') =>
  z.enum(['block', 'quarantine']).default(verdict).meta({
    description: 'block: never called; quarantine: held for a person, who releases or refuses it',
  });
const budget = z.strictObject({
  most: z.number().int().min(1),
  within: seconds,
  then: then('quarantine'),
});
const country = z.string().length(2).toUpperCase();
const budgets = (defaults: z.input<typeof budget>[], description: string) =>
  z.array(budget).prefault(defaults).meta({ description });

export const gateSchema = z.strictObject({
  phone: budgets(
    [
      { most: 3, within: '1h', then: 'block' },
      { most: 6, within: '1d', then: 'block' },
    ],
    'Leads of one phone that are let in',
  ),
  address: budgets([{ most: 10, within: '10m' }], 'Leads from one client address'),
  network: budgets([{ most: 50, within: '10m' }], 'Leads from one network of client addresses'),
  form: budgets([], 'Leads of one form'),
  connection: budgets([], 'Leads of one connection (account)'),
  everything: budgets([], 'All leads together'),
  burst: z
    .strictObject({
      forms: z.number().int().min(2).default(3),
      within: seconds.prefault('10m'),
      then: then('quarantine'),
    })
    .prefault({})
    .meta({ description: 'The same phone or address on this many different forms' }),
  fill: z
    .strictObject({ least: seconds.prefault('2s'), then: then('quarantine') })
    .prefault({})
    .meta({ description: 'Forms that tell `fill_seconds` and were filled in faster than a person can' }),
  honeypots: z
    .strictObject({ fields: z.array(z.string().min(1)).default([]), then: then('quarantine') })
    .prefault({})
    .meta({ description: 'Form fields that people do not see and only programs fill in' }),
  countries: z
    .array(country)
    .default([])
    .meta({ description: 'Countries that every group may call, beside its own' }),
  deniedKinds: z
    .array(z.enum(PHONE_KINDS))
    .default(['premium-rate', 'shared-cost', 'uan', 'personal-number', 'pager', 'voicemail']),
  networkBits: z
    .strictObject({
      v4: z.number().int().min(8).max(32).default(24),
      v6: z.number().int().min(16).max(128).default(64),
    })
    .prefault({}),
  quarantine: seconds.prefault('7d').meta({ description: 'A lead nobody looked at for so long is blocked' }),
});

type GateYaml = z.output<typeof gateSchema>;

function budgetsOf(budgets: GateYaml['phone']): readonly Budget[] {
  return budgets.map(({ most, within, then }) => ({ most, withinSeconds: within, then }));
}

export function gateOf(yaml: GateYaml): GateRules {
  const { burst, fill, honeypots, countries, deniedKinds, networkBits } = yaml;
  const counted = COUNTED_BY.map((by) => [by, budgetsOf(yaml[by])] as const);
  return {
    budgets: Object.fromEntries(counted) as Record<CountedBy, readonly Budget[]>,
    burst: { forms: burst.forms, withinSeconds: burst.within, then: burst.then },
    fill: { leastSeconds: fill.least, then: fill.then },
    honeypots,
    countries,
    deniedKinds,
    networkBits,
    quarantineSeconds: yaml.quarantine,
  };
}

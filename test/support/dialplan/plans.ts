/** Dialplans, facts and inputs for the tests of the dialplan engine. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Facts } from '../../../src/domain/dialplan/facts.js';
import { parseDialplan, type Dialplan } from '../../../src/domain/dialplan/schema.js';
import type { Operator } from '../../../src/domain/routing/telephony.js';
import type { CallId, E164 } from '../../../src/domain/values/ids.js';

const ROOT = join(import.meta.dirname, '../../..');

export function planFrom(value: unknown): Dialplan {
  const parsed = parseDialplan(value);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.plan;
}

export function shippedPlan(name: string): Dialplan {
  return planFrom(parse(readFileSync(join(ROOT, 'dialplans', `${name}.yaml`), 'utf8')));
}

export const OPERATORS: readonly Operator[] = [
  { name: 'anna', displayName: 'Anna', devices: [{ kind: 'registered', user: 'anna' }] },
  {
    name: 'boris',
    displayName: 'Boris',
    devices: [
      { kind: 'number', number: '+4915112345' as E164 },
      { kind: 'uri', uri: 'sip:b@x' },
    ],
  },
];

export function factsWith(change: Partial<Facts>): Facts {
  return {
    callId: 'c1' as CallId,
    direction: 'callback',
    locale: 'en',
    clientNumber: '+4930123456' as E164,
    operators: OPERATORS,
    ...change,
  };
}

/** The examples of the manual are destinations that load, and its texts fill as it says. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { DESTINATION_KINDS } from '../../../src/domain/destinations/destination.js';
import { FACT_NAMES, factsOf } from '../../../src/domain/destinations/occasion.js';
import { destinationOf, destinationSchema } from '../../../src/settings/destination-schema.js';
import { createTemplates } from '../../../src/speech/templates.js';
import { occasion } from '../../support/destinations/occasions.js';

const MANUAL = readFileSync(resolve(import.meta.dirname, '../../../docs/integrations.md'), 'utf8');
const examples = [...MANUAL.matchAll(/```yaml\n(.*?)```/gs)].flatMap(([, text = '']) => {
  const read = parse(text) as Readonly<Record<string, object>>;
  return Object.entries((read['destinations'] as typeof read | undefined) ?? read);
});

describe('the manual of integrations', () => {
  it('shows each kind by an example that loads', () => {
    const kinds = examples.map(([name, yaml]) => destinationOf(destinationSchema.parse(yaml), name).kind);
    expect([...new Set(kinds)].sort()).toEqual([...DESTINATION_KINDS].sort());
    for (const fact of FACT_NAMES) expect(MANUAL).toMatch(new RegExp(`\\b${fact}\\b`));
  });

  it('fills the fields of another tracker as it says', () => {
    const yaml = destinationSchema.parse(Object.fromEntries(examples)['as-callrail']);
    const templates = createTemplates(() => ({}));
    const body = 'body' in yaml ? (yaml.body ?? {}) : {};
    const facts = factsOf(occasion('call.ended'));
    const filled = Object.fromEntries(
      Object.entries(body).map(([name, text]) => {
        const read = templates.fill(text, facts);
        return [name, read.ok ? read.text : read.problems];
      }),
    );
    expect(filled).toMatchObject({
      customer_phone_number: '+79991234567',
      duration: '95',
      answered: 'true',
      first_call: 'true',
      source: 'google',
      recording: '',
      landing_page_url: 'https://shop.example/?utm_source=google',
    });
  });

  it('names the event that was meant', () => {
    const as = (on: unknown) => () =>
      destinationSchema.parse({ kind: 'crm-webhook', url: 'https://a.example', on });
    expect(as(['call.endd'])).toThrow(/call\.endd; did you mean call\.ended\?/);
    expect(as({ 'lead.recieved': 'x' })).toThrow(/Unrecognized key.*lead\.recieved/);
    expect(as('call.ended')).toThrow(/expected a list of events/);
    expect(as([])).toThrow(/>=1 items/);
  });
});

/** One JSON Schema for each kind of file, and each describes what is shipped of that kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchemas } from '../../../src/settings/json-schema.js';

it('there is a schema for settings, dialplans, tests and prompts', () => {
  const schemas = jsonSchemas();
  expect(Object.keys(schemas).sort()).toEqual([
    'config.schema.json',
    'dialplan.schema.json',
    'prompts.schema.json',
    'tests.schema.json',
  ]);
  for (const [name, text] of Object.entries(schemas)) {
    expect(JSON.parse(text), name).toMatchObject({ title: expect.stringContaining('Dialtrace') as string });
    expect(text, name).toBe(readFileSync(join(import.meta.dirname, '../../../config', name), 'utf8'));
  }
});

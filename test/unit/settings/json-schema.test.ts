/** One JSON Schema for each kind of file, and each describes what is shipped of that kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { jsonSchemas } from '../../../src/settings/json-schema.js';

it('there is a schema for each kind of file', () => {
  const schemas = jsonSchemas();
  expect(Object.keys(schemas).sort()).toEqual([
    'config.schema.json',
    'dialplan.schema.json',
    'prompts.schema.json',
    'pronunciation.schema.json',
    'template.schema.json',
    'tests.schema.json',
  ]);
  for (const [name, text] of Object.entries(schemas)) {
    expect(JSON.parse(text), name).toMatchObject({ title: expect.stringContaining('Dialtrace') as string });
    expect(text, name).toBe(readFileSync(join(import.meta.dirname, '../../../config', name), 'utf8'));
  }
});

/** Every text that an editor may show, wherever it stands in a schema. */
function hoverTexts(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const own = 'description' in schema && typeof schema.description === 'string' ? [schema.description] : [];
  return [...own, ...Object.values(schema).flatMap(hoverTexts)];
}

const MANUALS: Readonly<Record<string, string>> = { 'dialplan.schema.json': 'dialplan.md' };

it.each(Object.entries(jsonSchemas()))('the hover texts of %s stand in the manual', (name, text) => {
  const manual = readFileSync(
    join(import.meta.dirname, '../../../docs', MANUALS[name] ?? 'settings.md'),
    'utf8',
  );
  // Prettier may write a character of Markdown with a backslash, and pads tables.
  const plain = (words: string): string => words.replaceAll('\\', '').replaceAll(/\s+/g, ' ');
  const told = plain(manual);
  const texts = hoverTexts(JSON.parse(text));
  expect(texts.length).toBeGreaterThan(0);
  for (const one of texts) expect(told).toContain(plain(one));
});

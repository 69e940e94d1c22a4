/** docs/dialplan.md: every example parses, every verb, outcome with its default, and name is in it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { NAMES } from '../../../src/domain/dialplan/names.js';
import { parseDialplan, type Problem } from '../../../src/domain/dialplan/schema.js';
import type { Otherwise } from '../../../src/domain/dialplan/verb.js';
import { VERBS } from '../../../src/domain/dialplan/verbs/table.js';

/** Tables may be padded. */
const plain = (text: string): string => text.replace(/ *\| */g, '|');

const manual = readFileSync(join(import.meta.dirname, '../../../docs/dialplan.md'), 'utf8');
const examples = [...manual.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');

/** An example of a few steps stands for a plan: steps it does not show are left out of the check. */
function problemsOf(example: string): readonly Problem[] {
  const value = parse(example) as Record<string, unknown>;
  const whole = 'steps' in value ? value : { name: 'example', start: Object.keys(value)[0], steps: value };
  const parsed = parseDialplan(whole);
  if (parsed.ok) return [];
  return 'steps' in value
    ? parsed.problems
    : parsed.problems.filter(({ code }) => code !== 'step-unknown' && code !== 'step-unreachable');
}

const NOT_HANDLED = (otherwise: Otherwise): string => {
  if (otherwise === 'required') return '**required**';
  return otherwise === 'end' ? 'ends the call' : `counts as \`${otherwise.as}\``;
};

describe('the manual of the dialplan language', () => {
  it.each(examples)('example parses: %s', (example) => {
    expect(problemsOf(example)).toEqual([]);
  });

  it.each(Object.entries(VERBS))(
    '%s has its section, its summary, an example and all its outcomes',
    (name, verb) => {
      const section = manual.split(`\n### ${name}\n`)[1]?.split('\n### ')[0] ?? '';
      expect(section).toContain(verb.summary);
      expect(section).toContain(`do: ${name}`);
      for (const [outcome, row] of Object.entries(verb.outcomes))
        expect(plain(section)).toContain(
          plain(`| \`${outcome}\` | ${row.when} | ${NOT_HANDLED(row.otherwise)} |`),
        );
    },
  );

  it('lists every name with its meaning', () => {
    for (const [name, row] of Object.entries(NAMES))
      expect(plain(manual)).toContain(plain(`| \`${name}\` | ${row.meaning} |`));
  });
});

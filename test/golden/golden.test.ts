/**
 * Dialplans against scripts: every directive, text and outcome. `UPDATE_GOLDEN=1 npx vitest run test/golden` rewrites the
 * expectations; the diff is then read by a person.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseDialplan, type Dialplan } from '../../src/domain/dialplan/schema.js';
import {
  readGolden,
  updateGolden,
  type GoldenCase,
  type GoldenExpectation,
  type GoldenFile,
} from './support/golden-file.js';
import { runScript } from './support/run-script.js';

const ROOT = join(import.meta.dirname, '../..');
const SHIPPED = join(ROOT, 'dialplans');
const START_AT = Date.UTC(2026, 2, 2, 9, 0, 0);

function filesIn(folder: string, ending: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(folder, name));
}

function planOf(value: unknown, where: string): Dialplan {
  const parsed = parseDialplan(value);
  if (!parsed.ok) throw new Error(`${where}: ${JSON.stringify(parsed.problems, null, 2)}`);
  return parsed.plan;
}

const shipped = Object.fromEntries(
  filesIn(SHIPPED, '.yaml')
    .filter((path) => !path.endsWith('.test.yaml'))
    .map((path) => {
      const plan = planOf(parse(readFileSync(path, 'utf8')), path);
      return [plan.name, plan] as const;
    }),
);

function run({ source, path }: GoldenFile, one: GoldenCase): GoldenExpectation {
  const own = Object.entries(source.plans ?? {}).map(
    ([name, value]) => [name, planOf({ name, ...(value as object) }, `${path} ${name}`)] as const,
  );
  const { transcript, decision, session } = runScript({
    plan: one.plan ?? source.plan,
    plans: { ...shipped, ...Object.fromEntries(own) },
    facts: { ...source.facts, ...one.facts },
    legs: source.legs ?? [],
    lines: one.script ?? [],
    startAt: START_AT,
  });
  const ended =
    decision.kind === 'end'
      ? { reason: decision.reason, ...decision.outcome }
      : { waits: session.step?.id ?? '' };
  return JSON.parse(JSON.stringify({ outcome: ended, transcript })) as GoldenExpectation;
}

describe.each([...filesIn(SHIPPED, '.test.yaml'), ...filesIn(import.meta.dirname, '.test.yaml')])(
  '%s',
  (path) => {
    const file = readGolden(path);
    const results = file.source.cases.map((one) => run(file, one));
    const updating = process.env['UPDATE_GOLDEN'] === '1';

    it.each(file.source.cases.map((one, index) => [one.name, one, results[index]] as const))(
      '%s',
      (_, one, result) => {
        if (!updating) expect(result).toEqual(one.expect);
      },
    );

    afterAll(() => {
      if (updating) updateGolden(file, results);
    });
  },
);

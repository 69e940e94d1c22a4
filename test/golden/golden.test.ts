/**
 * Dialplans against scripts: every directive, text and outcome. `dialtrace dialplan test --update` rewrites the
 * expectations; the diff is then read by a person.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runTestFile } from '../../src/cli/dialplan/run-test-file.js';
import { loadTestSet, runTests } from '../../src/cli/dialplan/test-folder.js';
import { readTestFile } from '../../src/cli/dialplan/test-file.js';

const SHIPPED = join(import.meta.dirname, '../../dialplans');

const shipped = await loadTestSet(SHIPPED);
if (!shipped.ok) throw new Error(JSON.stringify(shipped.problems, null, 2));
const files = await Promise.all(
  ['verbs', 'waiting'].map((name) => readTestFile(join(import.meta.dirname, `${name}.test.yaml`))),
);
const verbs = files.map((read) => {
  if (!read.ok) throw new Error(JSON.stringify(read.problems, null, 2));
  return read.file;
});

describe.each([...shipped.set.files, ...verbs])('$path', (file) => {
  const results = runTestFile(file, shipped.set.plans);

  it.each(file.cases.map((one, index) => [one.name, one, results[index]] as const))(
    '%s',
    (_, one, result) => {
      expect(result?.found).toEqual(one.expect);
      expect(result?.complaints).toEqual([]);
    },
  );
});

describe('the plans that are shipped', () => {
  it('have every step and branch covered by a case beside them', () => {
    const { coverage } = runTests(shipped.set);
    expect(coverage.steps.missing).toEqual([]);
    expect(coverage.branches.missing).toEqual([]);
    expect(coverage.steps.total).toBeGreaterThan(0);
  });
});

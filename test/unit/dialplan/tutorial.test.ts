/** docs/tutorial.md: its plan has no mistakes and no advice against it, its script runs through every step. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadTestSet, runTests } from '../../../src/cli/dialplan/test-folder.js';
import { adviseOn } from '../../../src/domain/dialplan/advice/advice-rules.js';
import { DEFAULT_LIMITS } from '../../../src/domain/dialplan/advice/advice.js';

it('the plan of the tutorial is sound, and its test covers it', async () => {
  const tutorial = await readFile(join(import.meta.dirname, '../../../docs/tutorial.md'), 'utf8');
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-tutorial-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [, name = '', text = ''] of tutorial.matchAll(/```yaml (\S+)\n(.*?)```/gs))
    await writeFile(join(folder, name), text);
  const loaded = await loadTestSet(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  expect(adviseOn({ plans: loaded.set.plans, limits: DEFAULT_LIMITS }).found).toEqual([]);
  const { results, coverage } = runTests(loaded.set);
  expect(results.map(({ found }) => found?.outcome['disposition'])).toEqual([
    'answered',
    'no-operator',
    'answered',
  ]);
  expect([coverage.steps.missing, coverage.branches.missing]).toEqual([[], []]);
});

/** A run by hand, kept as a test: the saved case passes, beside what stood in the file before. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { SCRIPT_START } from '../../../src/cli/dialplan/run-test-file.js';
import { saveCase } from '../../../src/cli/dialplan/save-case.js';
import { loadTestSet, runTests } from '../../../src/cli/dialplan/test-folder.js';
import { outcomeOf, runScript, transcriptOf } from '../../../src/domain/simulation/run-script.js';
import { factsWith, planFrom } from '../../support/dialplan/plans.js';

const PLAN = 'name: p\nstart: a\nsteps:\n  a: { do: answer, next: b }\n  b: { do: hangup }\n';

it('saves runs one after another into one file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-save-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'p.yaml'), PLAN);
  const plan = planFrom({
    name: 'p',
    start: 'a',
    steps: { a: { do: 'answer', next: 'b' }, b: { do: 'hangup' } },
  });
  const script = {
    plan: 'p',
    plans: { p: plan },
    facts: factsWith({ direction: 'inbound' }),
    legs: [{ ref: 'caller', role: 'caller', party: '+4930123456' }] as const,
    lines: ['1 caller answers'],
    startAt: SCRIPT_START,
  };
  const run = runScript(script);
  const expected = { outcome: outcomeOf(run), transcript: transcriptOf(run.happenings) };
  await saveCase(folder, script, { name: 'first', expect: expected });
  const path = await saveCase(folder, script, { name: 'second', expect: expected });
  const loaded = await loadTestSet(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { results } = runTests(loaded.set);
  expect(results.map(({ name, complaints }) => [name, complaints])).toEqual([
    ['first', []],
    ['second', []],
  ]);
  expect(await readFile(path, 'utf8')).toContain('- name: first');
});

/** Test files with mistakes, cases that fail, and their reports in JUnit and TAP. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  loadTestSet,
  runTests,
  updateExpectations,
  type TestReport,
  type TestSet,
} from '../../../src/cli/dialplan/test-folder.js';
import { testJunit, testTap, testText } from '../../../src/cli/dialplan/test-report.js';

const PLAN = 'name: bye\nstart: over\nsteps:\n  over: { do: hangup }\n';
const HEAD = `plan: bye # kept\nfacts: { direction: inbound }\nlegs: [{ ref: caller, role: caller, party: '+49301' }]\ncases:\n`;
const GOOD = `  - name: good
    expect:
      outcome: { reason: 'over: hangup normal', disposition: rejected }
      transcript: ['0.0   hang up caller (normal)']
`;
const BAD = `  - name: bad <&> # "1"
    expect:
      outcome: { reason: 'over: hangup normal', disposition: busy }
      transcript: ['0.0   hang up caller (busy)']
`;

async function folderWith(tests: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-tests-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'bye.yaml'), PLAN);
  await writeFile(join(folder, 'bye.test.yaml'), tests);
  return folder;
}

async function setOf(folder: string): Promise<TestSet> {
  const loaded = await loadTestSet(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.set;
}

async function reportOf(cases: string): Promise<TestReport> {
  return runTests(await setOf(await folderWith(HEAD + cases)));
}

const complaintsOf = ({ results }: TestReport) => results.map(({ complaints }) => complaints);

describe('a case', () => {
  it('passes, or says the first line that differs', async () => {
    const report = await reportOf(GOOD + BAD);
    expect(complaintsOf(report)[0]).toEqual([]);
    expect(complaintsOf(report)[1]).toEqual([
      '- disposition: busy',
      expect.stringMatching(/^\+ disposition: /) as unknown,
      '- 0.0   hang up caller (busy)',
      expect.stringMatching(/^\+ 0\.0 {3}/) as unknown,
    ]);
    expect(report.results.map(({ line }) => line)).toEqual([5, 9]);
  });

  it('fails without an expectation, with a plan that is not there, and with a script that cannot run', async () => {
    const report = await reportOf(
      '  - { name: a }\n  - { name: b, plan: nope }\n  - { name: c, script: [1 caller dances] }\n',
    );
    expect(complaintsOf(report)).toEqual([
      [expect.stringContaining('--update')],
      ['there is no dialplan nope'],
      [expect.stringContaining('a leg cannot do "dances"')],
    ]);
  });
});

describe('a test file', () => {
  it('with mistakes tells all of them at their lines', async () => {
    const loaded = await loadTestSet(
      await folderWith(
        'plan: bye\nfacts: { direction: inbound, operatrs: [] }\nleg: []\ncases: [{ script: 3 }]\n',
      ),
    );
    const problems = loaded.ok ? [] : loaded.problems;
    expect(problems.map(({ line, suggestion }) => [line, suggestion]).sort()).toEqual([
      [2, 'operators'],
      [3, 'legs'],
      [4, undefined],
      [4, undefined],
    ]);
  });

  it('is updated with its remarks kept, and passes then; one whose script cannot run is left alone', async () => {
    const folder = await folderWith(HEAD + BAD);
    const before = await setOf(folder);
    const written = await updateExpectations(before.files, runTests(before).results);
    expect(written).toEqual([join(folder, 'bye.test.yaml')]);
    expect(await readFile(written[0] ?? '', 'utf8')).toContain('plan: bye # kept');
    const after = await setOf(folder);
    expect(complaintsOf(runTests(after))).toEqual([[]]);
    expect(await updateExpectations(after.files, runTests(after).results)).toEqual([]);

    const broken = await setOf(await folderWith(`${HEAD}  - { name: c, script: [1 caller dances] }\n`));
    expect(await updateExpectations(broken.files, runTests(broken).results)).toEqual([]);
  });
});

describe('a report', () => {
  it('in JUnit counts, and escapes what XML keeps for itself', async () => {
    const text = testJunit(await reportOf(BAD));
    expect(text).toContain('<testsuites tests="1" failures="1">');
    expect(text).toContain('name="bad &lt;&amp;&gt;"');
    expect(text).toMatch(/<failure message="- disposition: busy">- disposition: busy\n/);
    expect(text.match(/<(?!\/|\?)/g)?.length).toBe(
      (text.match(/<\//g)?.length ?? 0) + (text.match(/\/>/g)?.length ?? 0),
    );
  });

  it('in TAP has a plan, a point for each case and a diagnostic', async () => {
    const text = testTap(await reportOf(BAD.replace('bad <&> # "1"', "'bad # todo'")));
    expect(text.split('\n').slice(0, 4)).toEqual([
      'TAP version 14',
      '1..1',
      'not ok 1 - bye: bad \\# todo',
      '  ---',
    ]);
    expect(text.endsWith('\n  ...')).toBe(true);
  });

  it('for people names the place and what is not covered', async () => {
    const text = testText(await reportOf(BAD));
    expect(text).toMatch(/bye\.test\.yaml:5: bad <&>\n {2}- disposition: busy/);
    expect(text).toContain('0 passed, 1 failed\nsteps: 1 of 1 covered\nbranches: 0 of 0 covered');
  });
});

/** Reads a folder of dialplans with the tests beside them and runs these. Called by `dialplan test` and the golden tests. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { coverageOf, type Coverage } from '../../domain/simulation/coverage.js';
import type { Plans } from '../../domain/dialplan/session.js';
import { loadDialplans } from '../../settings/dialplans.js';
import type { SourceProblem } from '../../settings/yaml-source.js';
import { runTestFile, type CaseResult } from './run-test-file.js';
import { readTestFile, updateTestFile, type Expectation, type TestFile } from './test-file.js';

export interface TestSet {
  readonly plans: Plans;
  readonly files: readonly TestFile[];
}

export type LoadedTestSet =
  | { readonly ok: true; readonly set: TestSet }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** With the folders below it. Plans that do not lint are not tested: all problems of plans and tests come back instead. */
export async function loadTestSet(folder: string): Promise<LoadedTestSet> {
  const loaded = await loadDialplans(folder, { under: 'folders' });
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const paths = names
    .filter((name) => name.endsWith('.test.yaml'))
    .sort()
    .map((name) => join(folder, name));
  const read = await Promise.all(paths.map(readTestFile));
  const broken = read.flatMap((one) => (one.ok ? [] : one.problems));
  const problems = loaded.ok ? broken : [...loaded.problems, ...broken];
  if (!loaded.ok || problems.length > 0) return { ok: false, problems };
  return { ok: true, set: { plans: loaded.plans, files: read.flatMap((one) => (one.ok ? [one.file] : [])) } };
}

export interface TestReport {
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
}

export function runTests({ plans, files }: TestSet): TestReport {
  const results = files.flatMap((file) => runTestFile(file, plans));
  const runs = results.map(({ happenings }) =>
    happenings.flatMap((one) => (one.kind === 'step' ? [one.entered] : [])),
  );
  return { results, coverage: coverageOf(plans, runs) };
}

/** Rewrites the expectations of every file whose cases all ran and no longer match; returns the paths written. */
export async function updateExpectations(
  files: readonly TestFile[],
  results: readonly CaseResult[],
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const file of files) {
    const own = results.filter((result) => result.file === file.path);
    const found = own.flatMap((result): Expectation[] => (result.found === undefined ? [] : [result.found]));
    const stale = own.some(({ complaints }) => complaints.length > 0);
    if (!stale || found.length < own.length) continue;
    await updateTestFile(file, found);
    written.push(file.path);
  }
  return written;
}

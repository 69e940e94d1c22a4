/** Runs the cases of test files, and says of each whether it went as expected. Called by `dialplan test` and the golden tests. */
import { isDeepStrictEqual } from 'node:util';
import { Fault } from '../../errors.js';
import type { Plans } from '../../domain/dialplan/session.js';
import { outcomeOf, runScript, transcriptOf, type Happening } from '../../domain/simulation/run-script.js';
import type { Expectation, TestCase, TestFile } from './test-file.js';

/** Virtual second 0 of every script: a Monday morning. */
export const SCRIPT_START = Date.UTC(2026, 2, 2, 9, 0, 0);

export interface CaseResult {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly plan: string;
  /** Absent when the script itself could not be run. */
  readonly found?: Expectation;
  readonly happenings: readonly Happening[];
  /** Lines that say what is wrong; empty when the case passed. */
  readonly complaints: readonly string[];
}

/** `plans`: those of the folder; the file's own come on top. */
export function runTestFile(file: TestFile, plans: Plans): readonly CaseResult[] {
  const all = { ...plans, ...file.plans };
  return file.cases.map((one) => {
    const { name, plan, line } = one;
    return { file: file.path, line, name, plan, ...runCase(one, all) };
  });
}

function runCase(one: TestCase, plans: Plans): Pick<CaseResult, 'found' | 'happenings' | 'complaints'> {
  if (!Object.hasOwn(plans, one.plan))
    return { happenings: [], complaints: [`there is no dialplan ${one.plan}`] };
  try {
    const { plan, facts, legs, script: lines, startAt = SCRIPT_START } = one;
    const run = runScript({ plan, plans, facts, legs, lines, startAt });
    const found = { outcome: outcomeOf(run), transcript: [...transcriptOf(run.happenings)] };
    return { found, happenings: run.happenings, complaints: complaintsOf(one.expect, found) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'field-invalid') throw error;
    return { happenings: [], complaints: [error.message] };
  }
}

function complaintsOf(expected: Expectation | undefined, found: Expectation): readonly string[] {
  if (expected === undefined) return ['nothing is expected yet; --update writes what happens now'];
  if (isDeepStrictEqual(expected, found)) return [];
  return [
    ...Object.keys({ ...expected.outcome, ...found.outcome }).flatMap((key) =>
      difference(fieldOf(expected, key), fieldOf(found, key)),
    ),
    ...firstDifference(expected.transcript, found.transcript),
  ];
}

function fieldOf({ outcome }: Expectation, key: string): string | undefined {
  return outcome[key] === undefined ? undefined : `${key}: ${outcome[key]}`;
}

/** The first line that differs says it: what follows differs because of it. */
function firstDifference(expected: readonly string[], found: readonly string[]): readonly string[] {
  const length = Math.max(expected.length, found.length);
  const at = Array.from({ length }, (_, index) => index).find((index) => expected[index] !== found[index]);
  return at === undefined ? [] : difference(expected[at], found[at]);
}

function difference(expected: string | undefined, found: string | undefined): readonly string[] {
  if (expected === found) return [];
  return [
    ...(expected === undefined ? [] : [`- ${expected}`]),
    ...(found === undefined ? [] : [`+ ${found}`]),
  ];
}

/** Results of `dialplan test` for people, programs and CI servers (JUnit XML, TAP 14). Called by test-command.ts. */
import type { Covered } from '../../domain/simulation/coverage.js';
import type { CaseResult } from './run-test-file.js';
import type { TestReport } from './test-folder.js';

export const TEST_FORMATS = ['text', 'json', 'junit', 'tap'] as const;
export type TestFormat = (typeof TEST_FORMATS)[number];

const hasPassed = ({ complaints }: CaseResult): boolean => complaints.length === 0;

export function failuresOf({ results }: TestReport): readonly CaseResult[] {
  return results.filter((result) => !hasPassed(result));
}

/** The one JSON object of the command. */
export function testJson(report: TestReport): object {
  const failures = failuresOf(report);
  return {
    ok: failures.length === 0,
    passed: report.results.length - failures.length,
    failed: failures.length,
    coverage: report.coverage,
    failures: failures.map(({ file, line, name, plan, complaints }) => ({
      file,
      line,
      name,
      plan,
      complaints,
    })),
  };
}

function coverageLine(what: string, { covered, total, missing }: Covered): string {
  const open = missing.length === 0 ? '' : `; not reached: ${missing.join(', ')}`;
  return `${what}: ${covered} of ${total} covered${open}`;
}

export function testText(report: TestReport): string {
  const failures = failuresOf(report);
  return [
    ...failures.flatMap(({ file, line, name, complaints }) => [
      `${file}:${line}: ${name}`,
      ...complaints.map((complaint) => `  ${complaint}`),
    ]),
    `${report.results.length - failures.length} passed, ${failures.length} failed`,
    coverageLine('steps', report.coverage.steps),
    coverageLine('branches', report.coverage.branches),
  ].join('\n');
}

/** https://testanything.org/tap-version-14-specification.html */
export function testTap({ results }: TestReport): string {
  const lines = results.flatMap((result, index) => {
    const point = `${hasPassed(result) ? 'ok' : 'not ok'} ${index + 1} - ${tapText(`${result.plan}: ${result.name}`)}`;
    return hasPassed(result) ? [point] : [point, ...tapDiagnostic(result)];
  });
  return ['TAP version 14', `1..${results.length}`, ...lines].join('\n');
}

/** `#` begins a directive such as SKIP. */
function tapText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

function tapDiagnostic({ file, line, complaints }: CaseResult): readonly string[] {
  return [
    '  ---',
    `  at: ${JSON.stringify(`${file}:${line}`)}`,
    '  message: |-',
    ...complaints.map((complaint) => `    ${complaint}`),
    '  ...',
  ];
}

export function testJunit(report: TestReport): string {
  const files = [...new Set(report.results.map(({ file }) => file))];
  const suites = files.map((file) =>
    junitSuite(
      file,
      report.results.filter((result) => result.file === file),
    ),
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${report.results.length}" failures="${failuresOf(report).length}">`,
    ...suites,
    '</testsuites>',
  ].join('\n');
}

function junitSuite(file: string, results: readonly CaseResult[]): string {
  const failed = results.filter((result) => !hasPassed(result)).length;
  return [
    `  <testsuite name="${xml(file)}" tests="${results.length}" failures="${failed}">`,
    ...results.map(junitCase),
    '  </testsuite>',
  ].join('\n');
}

function junitCase(result: CaseResult): string {
  const { file, line, plan, name, complaints } = result;
  const head = `    <testcase classname="${xml(plan)}" name="${xml(name)}" file="${xml(file)}" line="${line}"`;
  if (hasPassed(result)) return `${head}/>`;
  const [first = ''] = complaints;
  return `${head}>\n      <failure message="${xml(first)}">${xml(complaints.join('\n'))}</failure>\n    </testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters have no place in XML 1.0, not even as references. */
function xml(text: string): string {
  const printable = Array.from(text).filter((letter) => letter >= ' ' || letter === '\n' || letter === '\t');
  return printable.join('').replace(/[&<>"']/g, (letter) => ENTITIES[letter] ?? letter);
}

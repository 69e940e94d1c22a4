/** Every code of the linter: raised by a plan, in its table, in the manual; and the formats for other programs. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { LINT_RULES } from '../../../src/domain/dialplan/lint-rules.js';
import { lintGithub, lintSarif } from '../../../src/cli/dialplan/lint-report.js';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import type { SourceProblem } from '../../../src/settings/yaml-source.js';

const BYE = 'bye: { do: hangup }';
const plan = (...steps: string[]): string =>
  `name: a\nstart: one\nsteps:\n${[...steps, BYE].map((s) => `  ${s}\n`).join('')}`;

/** The smallest mistake for each code. */
const MISTAKES: Readonly<Record<keyof typeof LINT_RULES, string>> = {
  'key-unknown': plan('one: { do: wait, secnds: 1, seconds: 1, next: bye }'),
  'value-invalid': plan('one: { do: wait, seconds: soon, next: bye }'),
  'verb-missing': plan('one: { next: bye }'),
  'verb-unknown': plan('one: { do: wiat, seconds: 1, next: bye }'),
  'step-unknown': plan('one: { do: wait, seconds: 1, next: bey }', 'two: { do: goto, step: bye }'),
  'step-unreachable': plan('one: { do: wait, seconds: 1, next: bye }', 'two: { do: goto, step: bye }'),
  'plan-unknown': plan(
    'one: { do: if, when: true, on: { yes: two, no: bye } }',
    'two: { do: goto, plan: night }',
  ),
  'parameter-unknown': plan('one: { do: call, plan: a, with: { x: 1 }, next: bye }'),
  'parameter-missing': `${plan('one: { do: call, plan: a, next: bye }')}parameters: [x]\n`,
  'template-unknown': 'use: sales-lien\nplans: { a: { group: x } }\n',
  'reference-unknown': plan('one: { do: hours, hours: offise, on: { open: bye, closed: bye } }'),
  'plan-too-long': plan(...Array.from({ length: 501 }, (_, n) => `s${n}: { do: hangup }`)),
  'name-twice': plan('one: { do: goto, step: bye }'),
  'set-too-long': `use: long\nplans: { ${Array.from({ length: 41 }, (_, n) => `a${n}: ~`).join(', ')} }\n`,
  'outcome-unhandled': plan('one: { do: if, when: true, on: { yes: bye } }'),
  'outcome-twice': plan('one: { do: wait, seconds: 1, next: bye, on: { done: bye } }'),
  'leg-unknown': plan('one: { do: say, leg: calller, prompt: greeting, next: bye }'),
  'name-unknown': plan('one: { do: if, when: lead.attemt == 1, on: { yes: bye, no: bye } }'),
  'type-mismatch': plan(`one: { do: if, when: "lead.attempt == 'two'", on: { yes: bye, no: bye } }`),
  'expression-invalid': plan('one: { do: if, when: lead.attempt ==, on: { yes: bye, no: bye } }'),
};

/** Other files of the set that a mistake needs. */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
  'name-twice': [MISTAKES['name-twice']],
  'set-too-long': [
    `template: long\nplan: { start: s0, steps: { ${Array.from({ length: 500 }, (_, n) => `s${n}: { do: goto, step: s${n + 1} }`).join(', ')} } }\n`,
  ],
};

async function problemsOf(...texts: string[]): Promise<readonly SourceProblem[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-lint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(texts.map((text, index) => writeFile(join(folder, `${index}.yaml`), text)));
  const loaded = await loadDialplans(folder, { known: { hours: ['office'] } });
  return loaded.ok ? [] : loaded.problems;
}

describe('the codes of the linter', () => {
  it.each(Object.entries(MISTAKES))('%s is raised at a line of its file', async (code, text) => {
    const problems = await problemsOf(text, ...(BESIDE[code] ?? []));
    const found = problems.find((problem) => problem.code === code);
    expect(found?.line, JSON.stringify(problems)).toBeGreaterThan(0);
    expect(found?.sourceLine).toBe(text.split('\n')[(found?.line ?? 0) - 1]);
    for (const problem of problems) expect(Object.keys(LINT_RULES)).toContain(problem.code);
  });

  it('are all in the manual, with their meaning', async () => {
    const manual = await readFile(join(import.meta.dirname, '../../../docs/dialplan.md'), 'utf8');
    const plain = manual.replace(/ *\| */g, '|');
    for (const [code, meaning] of Object.entries(LINT_RULES))
      expect(plain).toContain(`|\`${code}\`|${meaning}|`);
  });
});

describe('problems for other programs', () => {
  const problem: SourceProblem = {
    file: '/work/dial plans/a,b.yaml',
    line: 7,
    column: 3,
    code: 'verb-unknown',
    message: 'there is no verb 100%\nsure',
    suggestion: 'say',
    sourceLine: '',
  };

  it('in SARIF are results with a rule, a relative place and a region', () => {
    expect(
      lintSarif([problem, { ...problem, line: 0, column: 0, code: 'yaml-bad-indent' }], '/work'),
    ).toEqual({
      $schema: expect.stringContaining('sarif-2.1.0') as unknown,
      version: '2.1.0',
      runs: [
        {
          tool: {
            driver: {
              name: 'dialtrace',
              rules: [
                { id: 'verb-unknown', shortDescription: { text: LINT_RULES['verb-unknown'] } },
                { id: 'yaml-bad-indent', shortDescription: { text: 'The file is not readable as YAML.' } },
              ],
            },
          },
          results: [
            {
              ruleId: 'verb-unknown',
              level: 'error',
              message: { text: 'there is no verb 100%\nsure — did you mean "say"?' },
              locations: [
                {
                  physicalLocation: {
                    artifactLocation: { uri: 'dial%20plans/a%2Cb.yaml' },
                    region: { startLine: 7, startColumn: 3 },
                  },
                },
              ],
            },
            expect.objectContaining({
              locations: [{ physicalLocation: { artifactLocation: { uri: 'dial%20plans/a%2Cb.yaml' } } }],
            }),
          ],
        },
      ],
    });
  });

  it('in SARIF have an absolute place outside the working directory', () => {
    expect(JSON.stringify(lintSarif([problem], '/elsewhere'))).toContain(
      '"file:///work/dial%20plans/a,b.yaml"',
    );
  });

  it('for GitHub are one line each, whatever is in them', () => {
    expect(lintGithub([problem])).toBe(
      '::error file=/work/dial plans/a%2Cb.yaml,line=7,col=3,title=verb-unknown::there is no verb 100%25%0Asure — did you mean "say"?',
    );
  });
});

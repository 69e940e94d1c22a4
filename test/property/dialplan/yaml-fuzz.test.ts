/** Whatever stands in a file, the loader answers with a plan or with problems at places, and soon. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDialplans } from '../../../src/settings/dialplans.js';
import { loadSettings } from '../../../src/settings/load.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtrace-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true }));

const PLAN = `name: p
start: a
steps:
  a: &first { do: answer, next: b }
  b: { do: say, leg: caller, text: 'Hello {{ form }}', next: c }
  c: { do: if, when: "lead.attempt > 1 and not (lead.form in ['x'])", on: { yes: d, no: d } }
  d: { do: hangup }
`;
/** A second on a quiet machine; tests share theirs. */
const LIMIT_MS = 5000;
/** Pieces that mean something to YAML, to expressions and to our tables. */
const PIECES = [
  '\t',
  '&x ',
  '*x',
  '*first',
  '<<: *first',
  '- ',
  ': ',
  '{',
  '}',
  '[',
  ']',
  '|',
  '>',
  '"',
  "'",
  '#',
  '---\n',
  '!!js/function ',
  '__proto__: ',
  'constructor',
  '\0',
  '\uFFFD',
  '\uD800',
  'do: ',
  'a: ',
  '\n',
  '  ',
  '? ',
  '%TAG',
  '1e999',
  'null',
  '~',
  '((((',
  'not not not ',
];

/** The plan with some of its text cut out, repeated, or replaced. */
const slips = fc
  .array(
    fc.tuple(
      fc.nat(PLAN.length),
      fc.nat(20),
      fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 8 })),
    ),
    { maxLength: 6 },
  )
  .map((edits) =>
    edits.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), PLAN),
  );

async function load(
  text: string | Buffer,
): Promise<{ readonly codes: readonly string[]; readonly ms: number }> {
  await writeFile(join(folder, 'p.yaml'), text);
  const began = performance.now();
  const plans = await loadDialplans(folder);
  const settings = await loadSettings({ directory: folder, environment: {}, dialplans: undefined });
  const ms = performance.now() - began;
  const codes = [plans, settings].map((one) => (one.ok ? [] : one.problems.map(({ code }) => code)));
  return { codes: codes[0] ?? [], ms };
}

describe('the loader', () => {
  it('never throws and is never slow, whatever slips into a plan', async () => {
    await fc.assert(
      fc.asyncProperty(slips, async (text) => {
        expect((await load(text)).ms).toBeLessThan(LIMIT_MS);
      }),
      { numRuns: 100 },
    );
  });

  it('nor for bytes of any kind', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        expect((await load(Buffer.from(bytes))).ms).toBeLessThan(LIMIT_MS);
      }),
      { numRuns: 100 },
    );
  });

  const steps = (count: number): string =>
    `name: p\nstart: s0\nsteps:\n${Array.from({ length: count }, (_, n) => `  s${n}: { do: wait, seconds: 1, next: s${(n + 1) % count} }\n`).join('')}`;
  const mistaken = (count: number): string =>
    `name: p\nstart: s0\nsteps:\n${Array.from({ length: count }, (_, n) => `  s${n}: { do: if, when: nome${n}, on: { yes: s${(n + 1) % count}, no: t${n} } }\n`).join('')}`;
  const laughs = ['a: &a0 [x, x, x, x, x, x, x, x, x]']
    .concat(Array.from({ length: 9 }, (_, n) => `b${n}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(', ')}]`))
    .join('\n');

  it.each([
    ['a megabyte', `${PLAN}# ${'x'.repeat(1_000_000)}`, 'yaml-too-large'],
    ['ten thousand steps', steps(10_000), 'yaml-too-large'],
    ['more steps than a person writes', steps(501), 'plan-too-long'],
    ['as many as may be', steps(500), undefined],
    ['as many, each with two mistakes', mistaken(500), 'name-unknown'],
    ['a billion laughs', laughs, 'yaml-alias'],
    ['a key written twice', PLAN.replace('  d:', '  c: { do: hangup }\n  d:'), 'yaml-duplicate-key'],
    ['a tab', PLAN.replace('  b:', '\tb:'), 'yaml-tab-as-indent'],
    ['UTF-16', Buffer.from(PLAN, 'utf16le'), 'yaml-encoding'],
    ['Latin-1', Buffer.from(PLAN.replace('Hello', 'Schöne Grüße'), 'latin1'), 'yaml-encoding'],
    ['an alias without an anchor', PLAN.replace('do: hangup', 'do: *none'), 'yaml-'],
    ['deep nesting', `name: ${'['.repeat(5000)}`, 'yaml-'],
    [
      'a deep expression',
      PLAN.replace('lead.attempt > 1', `${'('.repeat(3000)}1${')'.repeat(3000)}`),
      'expression-invalid',
    ],
  ])('answers %s soon', async (_what, text, code) => {
    const { codes, ms } = await load(text);
    expect(ms).toBeLessThan(LIMIT_MS);
    if (code === undefined) expect(codes).toEqual([]);
    else
      expect(
        codes.some((found) => found.startsWith(code)),
        codes.join(),
      ).toBe(true);
  });

  it('answers a short use of a long template soon', async () => {
    const long = steps(500).replace('name: p\n', '').replaceAll(/^/gmu, '  ');
    await writeFile(join(folder, 'q.yaml'), `template: long\nplan:\n${long}`);
    const names = Array.from({ length: 1000 }, (_, n) => `  plan-${n}: ~\n`).join('');
    const { codes, ms } = await load(`use: long\nplans:\n${names}`);
    await rm(join(folder, 'q.yaml'));
    expect(ms).toBeLessThan(LIMIT_MS);
    expect(codes).toEqual(['set-too-long']);
  });

  it('tells of a file that goes while it is read', async () => {
    await rm(join(folder, 'p.yaml'));
    // A folder of that name stands for it: it is listed, and cannot be read.
    await mkdir(join(folder, 'p.yaml'));
    const loaded = await loadDialplans(folder);
    expect(loaded.ok ? [] : loaded.problems.map(({ code }) => code)).toEqual(['yaml-unreadable']);
    await rm(join(folder, 'p.yaml'), { recursive: true });
  });
});

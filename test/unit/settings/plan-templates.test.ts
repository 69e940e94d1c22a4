/** Templates of plans: filled in, typed, and every slip told at its line. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { loadDialplans, type LoadedDialplans } from '../../../src/settings/dialplans.js';

const TEMPLATE = `template: line
parameters: { group: ~, seconds: 20 }
plan:
  description: Line of \${group}, not $\${group}
  start: find
  steps:
    find: { do: ring-group, group: '\${group}', ringSeconds: '\${seconds}', on: { accepted: bye, nobody: bye } }
    bye: { do: hangup }
`;

async function load(files: Readonly<Record<string, string>>): Promise<LoadedDialplans> {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-templates-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
  return loadDialplans(folder, { known: { group: ['north', 'south'] } });
}

const slips = (loaded: LoadedDialplans): readonly unknown[] =>
  loaded.ok
    ? []
    : loaded.problems.map(({ file, line, code, suggestion }) => [
        file.split('/').at(-1),
        line,
        code,
        ...(suggestion === undefined ? [] : [suggestion]),
      ]);

describe('a template of plans', () => {
  it('makes as many as are asked for, with values of their kind', async () => {
    const names = Array.from({ length: 100 }, (_, n) => `line-${n}`);
    const use = `use: line\nplans:\n${names.map((name) => `  ${name}: { group: north, seconds: 7 }\n`).join('')}  other: { group: south }\n`;
    const loaded = await load({ 'a.yaml': use, 'line.yaml': TEMPLATE });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(Object.keys(loaded.plans)).toHaveLength(101);
    expect(loaded.plans['line-99']).toMatchObject({
      name: 'line-99',
      description: 'Line of north, not ${group}',
      steps: { find: { group: 'north', ringSeconds: 7 } },
    });
    expect(loaded.plans['other']?.steps['find']).toMatchObject({ group: 'south', ringSeconds: 20 });
  });

  it.each([
    [
      'an unknown template',
      'use: lien\nplans: { a: { group: north } }\n',
      ['a.yaml', 1, 'template-unknown', 'line'],
    ],
    ['a missing parameter', 'use: line\nplans:\n  a: ~\n', ['a.yaml', 3, 'parameter-missing']],
    [
      'an unknown parameter',
      'use: line\nplans:\n  a: { group: north, secnds: 3 }\n',
      ['a.yaml', 3, 'parameter-unknown', 'seconds'],
    ],
    [
      'a value that does not fit',
      'use: line\nplans:\n  a: { group: north, seconds: soon }\n',
      ['line.yaml', 7, 'value-invalid'],
    ],
    [
      'a group that is not there',
      'use: line\nplans:\n  a: { group: nroth }\n',
      ['line.yaml', 7, 'reference-unknown', 'north'],
    ],
    [
      'a key that a use does not have',
      'use: line\nwith: { group: north }\nplans: { a: { group: north } }\n',
      ['a.yaml', 2, 'unknown-key'],
    ],
  ])('tells %s at its line', async (_what, use, slip) => {
    expect(slips(await load({ 'a.yaml': use, 'line.yaml': TEMPLATE }))).toEqual([slip]);
  });

  it('tells a parameter that the template itself does not have', async () => {
    const broken = TEMPLATE.replace("group: '${group}'", "group: '${gruop}'");
    expect(slips(await load({ 'line.yaml': broken }))).toEqual([
      ['line.yaml', 7, 'parameter-unknown', 'group'],
    ]);
  });
});

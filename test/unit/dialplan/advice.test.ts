/** Every advisory rule of the linter: a set that breaks it and the nearest one that does not; then silence, places, the manual. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ADVICE_RULES, adviseOn, type AdviceCode } from '../../../src/domain/dialplan/advice/advice-rules.js';
import { DEFAULT_LIMITS, type LintWorld } from '../../../src/domain/dialplan/advice/advice.js';
import { readNumberRows } from '../../../src/cli/dialplan/number-rows.js';
import { lintSet } from '../../../src/settings/lint-set.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';
import type { E164 } from '../../../src/domain/values/ids.js';
import { planFrom } from '../../support/dialplan/plans.js';

type Steps = Readonly<Record<string, object>>;
interface Written {
  readonly steps?: Steps;
  readonly telephony?: object;
  readonly prompts?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly numbers?: readonly (readonly [string, string?])[];
}

const BYE = { bye: { do: 'hangup' } };
const SORRY = { sorry: { do: 'say', leg: 'caller', text: 'Sorry.', next: 'bye' }, ...BYE };
const ring = (change: object = {}): object => ({
  do: 'ring-group',
  on: { accepted: 'talk', nobody: 'sorry' },
  ...change,
});
const TALK = { talk: { do: 'bridge', a: 'caller', b: 'operator' } };

function codesOf({ steps = BYE, telephony, prompts, numbers }: Written): readonly string[] {
  const plan = planFrom({ name: 'p', start: Object.keys(steps)[0], steps });
  const world: LintWorld = {
    plans: { p: plan },
    limits: DEFAULT_LIMITS,
    inboundPlan: 'p',
    ...(telephony === undefined ? {} : { telephony: buildTelephony(telephonySchema.parse(telephony)) }),
    ...(prompts === undefined ? {} : { catalogue: catalogueOf(prompts) }),
    ...(numbers === undefined
      ? {}
      : {
          numbers: numbers.map(([number, to], index) => ({
            number: number as E164,
            place: `n.csv:${index}`,
            ...(to === undefined ? {} : { plan: to }),
          })),
        }),
  };
  return [...new Set(adviseOn(world).found.map(({ code }) => code))];
}

function catalogueOf(prompts: NonNullable<Written['prompts']>): NonNullable<LintWorld['catalogue']> {
  return Object.fromEntries(
    Object.entries(prompts).map(([locale, texts]) => [
      locale,
      Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, { id, locale, text, names: [] }])),
    ]),
  );
}

/** For each code what raises it, and a small change that does not. */
const CASES: Readonly<Record<AdviceCode, readonly [broken: Written, good: Written]>> = {
  'loop-endless': [
    {
      steps: {
        a: { do: 'say', leg: 'caller', text: 'Hm.', next: 'b' },
        b: { do: 'wait', seconds: 1, next: 'a' },
      },
    },
    { steps: { a: { do: 'gather', leg: 'caller', keys: { 1: 'bye' }, next: 'a' }, ...BYE } },
  ],
  'loop-deaf': [
    {
      steps: {
        a: { do: 'wait', seconds: 1, next: 'b' },
        b: { do: 'if', when: 'lead.ad == none', on: { yes: 'a', no: 'bye' } },
        ...BYE,
      },
    },
    {
      steps: {
        a: { do: 'set', values: { n: 1 }, next: 'b' },
        b: { do: 'if', when: 'n > 1', on: { yes: 'bye', no: 'a' } },
        ...BYE,
      },
    },
  ],
  'variable-unset': [
    {
      steps: {
        a: { do: 'gather', leg: 'caller', into: 'pin', on: { digits: 'b', 'no-input': 'b' } },
        b: { do: 'if', when: "pin == '1'", on: { yes: 'bye', no: 'bye' } },
        ...BYE,
      },
    },
    {
      steps: {
        a: { do: 'gather', leg: 'caller', into: 'pin', on: { digits: 'b', 'no-input': 'b' } },
        b: { do: 'if', when: 'pin == none', on: { yes: 'bye', no: 'bye' } },
        ...BYE,
      },
    },
  ],
  'key-twice': [
    { steps: { a: ring({ keys: { accept: '2' } }), ...TALK, ...SORRY } },
    { steps: { a: ring({ keys: { accept: '2', repeat: '1' } }), ...TALK, ...SORRY } },
  ],
  'key-dead': [
    { steps: { a: { do: 'gather', leg: 'caller', keys: { 12: 'bye' } }, ...BYE } },
    { steps: { a: { do: 'gather', leg: 'caller', maxDigits: 2, keys: { 12: 'bye' } }, ...BYE } },
  ],
  'no-fail-safe': [
    { steps: { a: ring({ on: { accepted: 'talk', nobody: 'bye' } }), ...TALK, ...BYE } },
    { steps: { a: ring(), ...TALK, ...SORRY } },
  ],
  'wait-too-long': [
    {
      steps: {
        a: ring({ ringSeconds: 100, on: { accepted: 'talk', nobody: 'b' } }),
        b: ring({ ringSeconds: 81 }),
        ...TALK,
        ...SORRY,
      },
    },
    {
      steps: {
        a: ring({ ringSeconds: 100, on: { accepted: 'talk', nobody: 'b' } }),
        b: ring({ ringSeconds: 80 }),
        ...TALK,
        ...SORRY,
      },
    },
  ],
  'text-too-long': [
    { steps: { a: { do: 'say', leg: 'client', text: 'word '.repeat(90), next: 'bye' }, ...BYE } },
    { steps: { a: { do: 'say', leg: 'client', text: 'word '.repeat(80), next: 'bye' }, ...BYE } },
  ],
  'prompt-missing': [
    {
      steps: { a: { do: 'say', leg: 'client', prompt: 'hello', next: 'bye' }, ...BYE },
      prompts: { en: { hello: 'Hello' } },
      telephony: { groups: { g: { operators: ['a'], locale: 'vi-VN' } } },
    },
    {
      steps: { a: { do: 'say', leg: 'client', prompt: 'hello', next: 'bye' }, ...BYE },
      prompts: { en: { hello: 'Hello' }, vi: { hello: 'Xin chào' } },
      telephony: { groups: { g: { operators: ['a'], locale: 'vi-VN' } } },
    },
  ],
  'hours-never-open': [
    { telephony: { hours: { night: { week: { mon: 'closed' } } } } },
    {
      telephony: {
        hours: { night: { week: { mon: 'closed' }, exceptions: { '2027-01-01': '10:00-12:00' } } },
      },
    },
  ],
  'group-empty': [
    { telephony: { groups: { g: { operators: [] } } } },
    { telephony: { groups: { g: { operators: ['a'] } } } },
  ],
  'operator-no-device': [
    { telephony: { operators: { a: { devices: [{ number: '+4915112345' }] } } } },
    { telephony: { operators: { a: {} } } },
  ],
  'setting-idle': [
    { telephony: { groups: { g: { operators: ['a'], stages: [['a']] } } } },
    { telephony: { groups: { g: { operators: ['a'], stages: [['a']], strategy: 'stages' } } } },
  ],
  'caller-id-refused': [
    {
      telephony: {
        trunks: { t: { gateways: [{ host: 'x' }], callerIds: ['+4930111111'] } },
        groups: { g: { operators: ['a'] } },
        callbacks: { default: { group: 'g', callerId: '+4930222222' } },
      },
    },
    {
      telephony: {
        trunks: { t: { gateways: [{ host: 'x' }], callerIds: ['+4930222222'] } },
        groups: { g: { operators: ['a'] } },
        callbacks: { default: { group: 'g', callerId: '+4930222222' } },
      },
    },
  ],
  'recording-unannounced': [
    {
      steps: { r: { do: 'record', next: 'talk' }, ...TALK },
      telephony: { groups: { g: { operators: ['a'], country: 'DE' } } },
    },
    {
      steps: {
        a: { do: 'say', leg: 'caller', prompt: 'announcement', next: 'r' },
        r: { do: 'record', next: 'talk' },
        ...TALK,
      },
      telephony: { groups: { g: { operators: ['a'], country: 'DE' } } },
    },
  ],
  'did-two-plans': [
    { numbers: [['+4930111111', 'p'], ['+4930111111']] },
    {
      numbers: [
        ['+4930111111', 'p'],
        ['+4930222222', 'p'],
      ],
    },
  ],
  'did-no-plan': [{ numbers: [['+4930111111', 'pp']] }, { numbers: [['+4930111111']] }],
};

describe('advice', () => {
  it.each(Object.entries(CASES))('%s', (code, [broken, good]) => {
    expect(codesOf(broken)).toContain(code);
    expect(codesOf(good)).not.toContain(code);
  });

  it('leaves recordings to policies when the plan speaks of their announcement', () => {
    const steps = {
      q: { do: 'if', when: 'policy.recordingAnnouncement != none', on: { yes: 'r', no: 'r' } },
      r: { do: 'record', next: 'talk' },
      ...TALK,
    };
    const groups = { g: { operators: ['a'], country: 'DE' } };
    const policy = { group: 'g', dialplan: 'p' };
    expect(codesOf({ steps, telephony: { groups, callbacks: { default: policy } } })).toContain(
      'recording-unannounced',
    );
    const announced = { ...policy, recordingAnnouncement: 'notice' };
    expect(codesOf({ steps, telephony: { groups, callbacks: { default: announced } } })).toEqual([]);
  });

  it.each([
    ['stages', { strategy: 'stages' }, { strategy: 'sequential' }],
    ['a weight', { strategy: 'weighted' }, {}],
  ])('finds %s without the strategy', (what, used, idle) => {
    const operators = { a: what === 'a weight' ? { weight: 2 } : {} };
    const stages = what === 'stages' ? { stages: [['a']] } : {};
    const codes = (strategy: object) =>
      codesOf({ telephony: { operators, groups: { g: { operators: ['a'], ...stages, ...strategy } } } });
    expect(codes(used)).toEqual([]);
    expect(codes(idle)).toEqual(['setting-idle']);
  });

  it('finds a second backlog of one line, and an announcement that nothing plays', () => {
    const telephony = (first: object, second: object) => ({
      groups: { g: { operators: ['a'] } },
      callbacks: {
        first: { group: 'g', dialplan: 'p', ...first },
        second: { group: 'g', dialplan: 'p', ...second },
      },
    });
    const steps = {
      q: { do: 'say', leg: 'caller', promptFrom: 'policy.recordingAnnouncement', next: 'bye' },
      ...BYE,
    };
    const [fresh, old, announced] = [
      { backlog: 'freshest-first' },
      { backlog: 'oldest-first' },
      { recordingAnnouncement: 'n' },
    ];
    expect(codesOf({ telephony: telephony({}, old) })).toEqual([]);
    expect(codesOf({ telephony: telephony(old, old) })).toEqual([]);
    expect(codesOf({ telephony: telephony(fresh, old) })).toEqual(['setting-idle']);
    expect(codesOf({ steps, telephony: telephony(announced, announced) })).not.toContain('setting-idle');
    expect(codesOf({ telephony: telephony(announced, {}) })).toContain('setting-idle');
  });

  it('stands in the manual, rule by rule', async () => {
    const manual = (await readFile(join(import.meta.dirname, '../../../docs/dialplan.md'), 'utf8')).replace(
      / *\| */g,
      '|',
    );
    for (const [code, { meaning, reason }] of Object.entries(ADVICE_RULES))
      expect(manual).toContain(`|\`${code}\`|${meaning}|${reason}|`);
  });
});

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dialtrace-advice-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

const lint = (folder: string) =>
  lintSet({
    folder: join(folder, 'dialplans'),
    directory: join(folder, 'config'),
    environment: {},
    catalogue: undefined,
    numbers: undefined,
    limits: DEFAULT_LIMITS,
  });

const DEAD =
  'name: p\nstart: a\nsteps:\n  a: { do: gather, leg: caller, keys: { 12: bye } }\n  bye: { do: hangup }\n';
const GROUP = 'groups:\n  g: { operators: [] }\n';

describe('lintSet', () => {
  it('finds each advice at its line, in plans and in the telephony beside them', async () => {
    const folder = await folderWith({ 'dialplans/p.yaml': DEAD, 'config/t.yaml': GROUP });
    const { problems, notRun } = await lint(folder);
    expect(
      problems.map(({ file, line, column, code, level }) => [
        file.slice(folder.length),
        line,
        column,
        code,
        level,
      ]),
    ).toEqual([
      ['/dialplans/p.yaml', 4, 33, 'key-dead', 'advice'],
      ['/config/t.yaml', 2, 8, 'group-empty', 'advice'],
    ]);
    expect([...new Set(notRun.map(({ needs }) => needs))]).toEqual(['prompts', 'numbers']);
  });

  it.each([
    [
      'on the line',
      DEAD.replace('bye } }', 'bye } } # dialtrace-ignore: key-dead'),
      GROUP.replace('[] }', '[] } # dialtrace-ignore: group-empty'),
    ],
    [
      'above it',
      DEAD.replace('  a:', '  # dialtrace-ignore: loop-deaf, key-dead\n  # dialled fast\n  a:'),
      GROUP.replace('  g:', '  # dialtrace-ignore: group-empty\n  g:'),
    ],
  ])('is silenced by a comment %s', async (_where, plan, telephony) => {
    const folder = await folderWith({ 'dialplans/p.yaml': plan, 'config/t.yaml': telephony });
    expect((await lint(folder)).problems).toEqual([]);
  });

  it('a comment silences no other code, and no mistake', async () => {
    const plan = DEAD.replace('leg: caller', 'leg: caller, x: 1').replace(
      '  a:',
      '  # dialtrace-ignore: key-unknown, loop-deaf\n  a:',
    );
    const folder = await folderWith({ 'dialplans/p.yaml': plan });
    expect((await lint(folder)).problems.map(({ code }) => code)).toEqual(['key-unknown']);
  });
});

describe('a list of numbers', () => {
  it.each([
    ['n.csv', 'DID;Dialplan\n+49 30 111111;p\n4930222222;\n'],
    ['n.json', '[{"number":"+4930111111","dialplan":"p"},{"number":"+4930222222"}]'],
  ])('%s', async (name, text) => {
    const folder = await folderWith({ [name]: text });
    const rows = await readNumberRows(join(folder, name));
    expect(rows.map(({ number, plan }) => [number, plan])).toEqual([
      ['+4930111111', 'p'],
      ['+4930222222', undefined],
    ]);
  });

  it('without a column of numbers is refused', async () => {
    const folder = await folderWith({ 'n.csv': 'name\nAnna\n' });
    await expect(readNumberRows(join(folder, 'n.csv'))).rejects.toThrow('no column number');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../../src/settings/configuration.js';
import { loadSettings } from '../../../src/settings/load.js';
import { formatProblem } from '../../../src/settings/yaml-source.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialtrace-settings-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function load(files: Record<string, string>, environment: Record<string, string> = {}) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  return loadSettings({ directory, environment, dialplans: ['callback'] });
}

async function problemsOf(
  files: Record<string, string>,
  environment: Record<string, string> = {},
): Promise<string> {
  const result = await load(files, environment);
  return result.ok ? '' : result.problems.map(formatProblem).join('\n').replaceAll(`${directory}/`, '');
}

describe('settings', () => {
  it('has a default for everything', async () => {
    const result = await load({});
    expect(result.ok && result.value.settings.http).toMatchObject({
      address: '127.0.0.1',
      port: 8080,
      access: 'keys',
    });
  });

  it('takes several servers of a side, each with a name of its own', async () => {
    const fleet = (media: string, rest = '') => ({
      'a.yaml': `switch:\n  kind: external\n  signalling: { host: a, secret: "env:S" }\n  servers:\n    media:\n${media}${rest}`,
    });
    const fs = (name: string, more = '') =>
      `      - { name: ${name}, host: ${name}, secret: "env:F"${more} }\n`;
    const good = await load(fleet(fs('fs-a') + fs('fs-b', ', listen: { port: 8085 }')));
    expect(good.ok && good.value.settings.switch.servers?.media).toMatchObject([
      { name: 'fs-a', port: 8021, profile: 'drachtio_mrf' },
      { name: 'fs-b', listen: { address: '127.0.0.1', port: 8085 } },
    ]);
    expect(await problemsOf(fleet(fs('fs-a') + fs('fs-a')))).toContain(
      'a.yaml:7:17: switch.servers.media.1.name: fs-a',
    );
    expect(await problemsOf(fleet(fs('fs-a') + fs('fs-b'), '  listen: { port: 8085 }\n'))).toContain(
      'a.yaml:7:9: switch.servers.media.1: fs-a connects back to 127.0.0.1:8085 too',
    );
    expect(await problemsOf(fleet(fs('fs-a'), '  media: { host: b, secret: "env:F" }\n'))).toContain(
      'give either switch.media or switch.servers.media',
    );
    expect(await problemsOf({ 'a.yaml': `switch:\n  servers:\n    media:\n${fs('fs-a')}` })).toContain(
      'several servers need `kind: external`',
    );
  });

  it('accepts the configuration that is shipped', async () => {
    const root = join(import.meta.dirname, '../../..');
    const result = await readConfiguration({
      directory: join(root, 'config'),
      environment: { DIALTRACE_PATHS__DIALPLANS: join(root, 'dialplans') },
    });
    expect(result.ok ? Object.keys(result.value.plans) : result.problems).toEqual(
      expect.arrayContaining(['callback']),
    );
  });

  it('writes the defaults into the shipped file as they are in the schema', async () => {
    const root = join(import.meta.dirname, '../../..');
    const shipped = await loadSettings({
      directory: join(root, 'config'),
      environment: {},
      dialplans: undefined,
    });
    const empty = await load({});
    expect(shipped.ok && shipped.value.settings).toEqual(empty.ok && empty.value.settings);
  });

  it('reports every mistake of all files with its line, a caret and the nearest name', async () => {
    const text = await problemsOf({
      'a.yaml': 'http:\n  prot: 80\n  address: 12\nswich: {}\n',
      'b.yaml': 'callbacks:\n  default: { group: sales, later: soon }\n',
    });
    expect(text).toContain(
      'a.yaml:2:3: http.prot is not known — did you mean "port"? [unknown-key]\n  2 |   prot: 80\n        ^',
    );
    expect(text).toContain('a.yaml:3:12: http.address: ');
    expect(text).toContain('a.yaml:4:1: section swich is not known — did you mean "switch"?');
    expect(text).toContain('b.yaml:2:35: callbacks.default.later: expected a duration such as 30s');
  });

  it('reports broken YAML and a section that stands twice', async () => {
    expect(await problemsOf({ 'a.yaml': 'http: {port: 80\nstore: {}' })).toMatch(
      /a\.yaml:\d+:\d+: .*\[yaml-/,
    );
    expect(await problemsOf({ 'a.yaml': 'http: {}', 'b.yaml': 'http: {}' })).toContain(
      'b.yaml:1:1: section http stands in',
    );
  });

  it('reports references that lead nowhere', async () => {
    const text = await problemsOf({
      't.yaml':
        'operators:\n  anna: {}\ngroups:\n  sales:\n    operators: [ann]\n    hours: ofice\nhours:\n  office: { week: { mon: "09:00-18:00" } }\ncallbacks:\n  default: { group: salse, dialplan: calback }\n',
    });
    expect(text).toContain('t.yaml:5:17: there is no operator "ann" — did you mean "anna"?');
    expect(text).toContain('there is no hours "ofice" — did you mean "office"?');
    expect(text).toContain('there is no group "salse" — did you mean "sales"?');
    expect(text).toContain('there is no dialplan "calback" — did you mean "callback"?');
  });

  it('lets the environment win, as text or JSON, and names a variable that is none', async () => {
    const result = await load(
      { 'a.yaml': 'http: { port: 1 }' },
      {
        DIALTRACE_HTTP__PORT: '9',
        DIALTRACE_SWITCH__SIP: '{"address":"10.0.0.1","port":5062}',
        DIALTRACE_STORE__KEEP_PUSH_DAYS: '3',
      },
    );
    expect(
      result.ok && [
        result.value.settings.http.port,
        result.value.settings.switch.sip.address,
        result.value.settings.store.keepPushDays,
      ],
    ).toEqual([9, '10.0.0.1', 3]);
    expect(await problemsOf({}, { DIALTRACE_HTTP__PROT: '9' })).toContain(
      'DIALTRACE_HTTP__PROT: PROT is not a setting — did you mean "port"?',
    );
  });

  it('keeps the retry defaults of causes that are not named', async () => {
    const result = await load({
      'a.yaml':
        'operators: {anna: {}}\ngroups: {sales: {operators: [anna]}}\ncallbacks: {default: {group: sales, retry: {busy: 7m}}}',
    });
    expect(result.ok && result.value.telephony.callbacks['default']?.retry).toMatchObject({
      busy: [420],
      rejected: 'stop',
      unknown: [180],
    });
  });

  it('gives equal sets equal versions', async () => {
    const yaml = 'operators: {anna: {}}';
    const [first, second, other] = [
      await load({ 'a.yaml': yaml }),
      await load({ 'a.yaml': `# a comment\n${yaml}` }),
      await load({ 'a.yaml': 'operators: {boris: {}}' }),
    ];
    const version = (result: typeof first): string => (result.ok ? result.value.telephony.version : '');
    expect(version(first)).toBe(version(second));
    expect(version(first)).not.toBe(version(other));
  });
});

describe('callback policies', () => {
  const good = `
operators: { anna: { skills: [english] }, boris: {} }
groups: { sales: { operators: [anna, boris], strategy: stages, stages: [[anna], [boris]] } }
hours:
  office: { week: { mon: 09:00-18:00 }, holidays: RU, exceptions: { '2027-01-04': 10:00-12:00 } }
callbacks:
  default:
    group: sales
    skills: [english]
    clientHours: office
    retry: { busy: '2m, 5m, next-day-10:00', voicemail: [1h, 1h, stop] }
`;

  it('understands delays, holidays and skills', async () => {
    const result = await load({ 'telephony.yaml': good });
    const telephony = result.ok ? result.value.telephony : undefined;
    expect(telephony?.callbacks['default']?.retry).toMatchObject({
      busy: [120, 300, { nextDayAt: 600 }],
      voicemail: [3600, 3600, 'stop'],
      rejected: 'stop',
    });
    // New Year's Day is closed; an exception of one's own wins over the holiday on the 4th.
    expect(telephony?.hours['office']?.exceptions).toMatchObject({
      '2027-01-01': [],
      '2027-01-04': [{ from: 600, to: 720 }],
    });
  });

  it.each([
    ['a delay that is none', 'retry: { busy: sometimes }', 'expected a duration such as 5m'],
    ['stop in the middle', 'retry: { busy: [stop, 2m] }', 'stop as the last one'],
    ['an hour that is none', 'retry: { busy: next-day-25:00 }', 'expected a duration such as 5m'],
    ['a skill nobody has', 'skills: [german]', 'no operator of group "sales" has german'],
    ['hours that are not there', 'clientHours: offices', 'there is no hours "offices"'],
    ['an order that is none', 'order: client', 'client-first'],
  ])('refuses %s', async (_, line, problem) => {
    const yaml = `operators: { anna: {} }\ngroups: { sales: { operators: [anna] } }\ncallbacks: { default: { group: sales, ${line} } }\n`;
    expect(await problemsOf({ 'telephony.yaml': yaml })).toContain(problem);
  });

  it.each([
    ['a zone that does not exist', 'timeZone: Mars/Olympus', 'is no IANA time zone'],
    ['stages that are not written', 'strategy: stages', 'strategy stages needs `stages`'],
    ['a stage of strangers', 'stages: [[boris]]', 'operator "boris" is not in `operators` of this group'],
  ])('refuses a group with %s', async (_, line, problem) => {
    const yaml = `operators: { anna: {}, boris: {} }\ngroups: { sales: { operators: [anna], ${line} } }\n`;
    expect(await problemsOf({ 'telephony.yaml': yaml })).toContain(problem);
  });

  it('refuses holidays of nowhere', async () => {
    const yaml = 'hours: { office: { week: { mon: 09:00-18:00 }, holidays: ZZ } }\n';
    expect(await problemsOf({ 'telephony.yaml': yaml })).toContain('no public holidays are known for "ZZ"');
  });
});

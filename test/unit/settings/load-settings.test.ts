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

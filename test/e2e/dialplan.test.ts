/** The dialplan commands as people and CI servers run them; the examples of the manual are run as they stand there. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SCRIPT_START } from '../../src/cli/dialplan/run-test-file.js';
import { runScript } from '../../src/domain/simulation/run-script.js';
import { openConfiguredStore } from '../../src/main/services.js';
import { requireConfiguration } from '../../src/settings/configuration.js';
import { factsWith, shippedPlan } from '../support/dialplan/plans.js';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli, type CliResult } from '../support/http/run-cli.js';
import { aCall, anActivity, anEvent } from '../support/store/samples.js';

/** Each command is a process of its own, and the machine may be busy. */
const LONG = { timeout: 60_000 };
const ROOT = join(import.meta.dirname, '../..');

/** Words of a shell line; only double quotes are known. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

describe('the examples of the manual', LONG, async () => {
  const manual = await readFile(join(ROOT, 'docs/dialplan.md'), 'utf8');
  const fence = (start: RegExp): string =>
    new RegExp(`${start.source}(.*?)\`\`\``, 's').exec(manual)?.[1] ?? '';
  const consoles = [...manual.matchAll(/```console\n\$ dialtrace ([^\n]*)\n(.*?)```/gs)].map(
    ([, line = '', printed = '']) => [line, printed] as const,
  );
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dialtrace-manual-'));
    await mkdir(join(folder, 'dialplans'));
    await writeFile(join(folder, 'dialplans/two-tries.yaml'), fence(/```yaml\n(?=name: two-tries)/));
    await writeFile(join(folder, 'dialplans/two-tries.test.yaml'), fence(/```yaml two-tries\.test\.yaml\n/));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('are there', () => {
    expect(consoles.map(([line]) => wordsOf(line)[1])).toEqual(['sim', 'sim', 'test', 'lint', 'graph']);
  });

  it.each(consoles)('dialtrace %s', async (line, printed) => {
    const { stdout, exitCode } = await runCli(wordsOf(line), { cwd: folder });
    expect(stdout).toBe(printed);
    expect(exitCode).toBe(0);
  });
});

describe.concurrent('dialplan', LONG, () => {
  let folder: ConfigFolder;
  beforeAll(async () => {
    folder = await makeConfigFolder();
    await cp(join(ROOT, 'dialplans'), join(folder.directory, 'dialplans'), { recursive: true });
  });
  afterAll(() => folder.remove());

  const dialplan = (...args: string[]): Promise<CliResult> =>
    runCli(['dialplan', ...args], { cwd: folder.directory });

  it('test covers every step and branch of the plans that are shipped', async () => {
    const { json, exitCode } = await dialplan('test', '--json');
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      ok: true,
      failed: 0,
      coverage: { steps: { missing: [] }, branches: { missing: [] } },
    });
    expect(json?.['passed']).toBeGreaterThanOrEqual(40);
  });

  it('test fails with 1 when a plan no longer does what is expected, until it is updated', async () => {
    const changed = join(folder.directory, 'changed');
    await cp(join(ROOT, 'dialplans'), changed, { recursive: true });
    const path = join(changed, 'inbound.yaml');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('prompt: no-operator', 'prompt: nobody-there'));
    const failing = await dialplan('test', 'changed', '--format', 'json');
    expect(failing.exitCode).toBe(1);
    expect(failing.json).toMatchObject({ ok: false });
    expect(JSON.stringify(failing.json?.['failures'])).toContain(
      '+ 28.1   [7] play to caller: prompt nobody-there',
    );
    const junit = await dialplan('test', 'changed', '--format', 'junit');
    expect(junit.stdout).toMatch(/^<\?xml[^]*<failure message="[^]*<\/testsuites>\n$/);
    expect(await dialplan('test', 'changed', '--update')).toMatchObject({ exitCode: 0 });
    expect(await dialplan('test', 'changed')).toMatchObject({ exitCode: 0 });
  });

  it('lint tells mistakes to people, code scanning and GitHub', async () => {
    await mkdir(join(folder.directory, 'broken'));
    await writeFile(
      join(folder.directory, 'broken/a.yaml'),
      'name: a\nstart: one\nsteps:\n  one: { do: hangpu }\n',
    );
    const [text, sarif, github, test] = await Promise.all([
      dialplan('lint', 'broken'),
      dialplan('lint', 'broken', '--format', 'sarif'),
      dialplan('lint', 'broken', '--format', 'github'),
      dialplan('test', 'broken', '--json'),
    ]);
    expect([text, sarif, github, test].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    expect(text.stdout).toContain(
      'broken/a.yaml:4:14: there is no verb hangpu — did you mean "hangup"? [verb-unknown]\n  4 |   one: { do: hangpu }\n                   ^',
    );
    expect(sarif.json).toMatchObject({
      version: '2.1.0',
      runs: [{ results: [{ ruleId: 'verb-unknown', level: 'error' }] }],
    });
    expect(github.stdout).toMatch(
      /^::error file=broken\/a\.yaml,line=4,col=14,title=verb-unknown::there is no verb/,
    );
    expect(test.json).toMatchObject({ ok: false, problems: [{ code: 'verb-unknown', line: 4 }] });
  });

  it('lint finds nothing to say about the cookbook, with the telephony that it brings', async () => {
    const { stdout, json, exitCode } = await dialplan('lint', 'dialplans/cookbook', '--json');
    expect(json, stdout).toMatchObject({ ok: true, failed: 0 });
    expect(exitCode).toBe(0);
    const other = await dialplan('lint', 'dialplans/cookbook', '--config', 'config', '--json');
    expect(other.json).toMatchObject({ ok: false });
  });

  it('sim answers as JSON, reads files, and takes facts from a test file', async () => {
    await writeFile(
      join(folder.directory, 'script.txt'),
      '# busy\n- 3 operator:anna ends 486\n4 operator:boris rings\n',
    );
    const { json, exitCode } = await dialplan(
      'sim',
      'inbound',
      '--script-file',
      'script.txt',
      '--facts',
      'dialplans/inbound.test.yaml',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      ok: true,
      plan: 'inbound',
      ended: false,
      outcome: { waits: 'find-operator' },
    });
    expect(json?.['transcript']).toContain('4.0 > operator:boris rings');
  });

  it.each([
    [['sim', 'inbond'], /did you mean "inbound"\?/],
    [['sim', 'inbound', '--script', '1 operator:anna anwsers'], /did you mean "answers"\?/],
    [['sim', 'inbound', '--script', '1 a b', '--script-file', 'x'], /not both/],
    [['sim', 'inbound', '--facts', 'nowhere.yaml'], /nowhere\.yaml cannot be read/],
    [['graph', 'callbak'], /did you mean "callback"\?/],
    [['graph', 'callback', '--format', 'png'], /Allowed choices are mermaid, dot/],
    [['test', 'recordings'], /recordings has no \*\.test\.yaml file/],
    [['lint', 'nowhere'], /nowhere has no dialplan/],
  ])('%j ends with 2 and says what to do', async (args, said) => {
    const { exitCode, stderr, stdout } = await dialplan(...args);
    expect(stderr).toMatch(said);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
  });

  it('explain tells a stored call with the reasons of its steps', async () => {
    await storeCall(folder);
    const { stdout, exitCode } = await dialplan('explain', 'call-1');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('call-1: callback, dialplan callback');
    expect(stdout).toMatch(
      / 12\.00 s {2}── callback\/record-talk, because is-announced: no \(policy\.\S+ is none\)/,
    );
    expect(stdout).toMatch(/ 3\.00 s {6}leg\.answered operator:anna\n/);
    expect(stdout).toMatch(/ended by dialplan: talk: b-left\n$/);
    const { json } = await dialplan('explain', 'call-1', '--json');
    expect(json).toMatchObject({
      ok: true,
      call_id: 'call-1',
      steps: 'complete',
      ending: { by: 'dialplan' },
    });
    expect(await dialplan('explain', 'call-2', '--json')).toMatchObject({ json: { code: 'not-found' } });
  });
});

/** A call as the runner stores it: its session after the last input, with activities and events. */
async function storeCall(folder: ConfigFolder): Promise<void> {
  const { session, happenings } = runScript({
    plan: 'callback',
    plans: { callback: shippedPlan('callback') },
    facts: factsWith({}),
    legs: [],
    lines: [
      '3 operator:anna answers',
      '6 operator:anna presses 1',
      '12 client answers',
      '40 client hangs-up',
    ],
    startAt: SCRIPT_START,
  });
  const { settings } = await requireConfiguration({
    directory: join(folder.directory, 'config'),
    environment: { DIALTRACE_STORE__PATH: folder.store },
  });
  const store = await openConfiguredStore(settings);
  const call = aCall({ session: JSON.stringify(session), startedAt: SCRIPT_START });
  await store.calls.add(call);
  for (const one of happenings) {
    if (one.kind !== 'directive' || !('activity' in one.directive)) continue;
    const { activity: id, verb } = one.directive;
    const directive = JSON.stringify(one.directive);
    await store.calls.addActivity(
      anActivity({ id, callId: call.id, verb, directive, startedAt: SCRIPT_START + one.at }),
    );
  }
  const answered = { callId: call.id, at: SCRIPT_START + 3000, payload: { leg: 'operator:anna' } };
  await store.events.append([anEvent('event-1', { ...answered, name: 'leg.answered' })]);
  await store.close();
}

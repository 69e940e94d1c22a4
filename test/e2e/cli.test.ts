/** The commands as people and scripts run them: exit codes, the one JSON line, and help with mistakes. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli, type CliResult } from '../support/http/run-cli.js';

/** Each command is a process of its own, and the machine may be busy. */
const LONG = { timeout: 60_000 };

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<CliResult> => runCli(args, { cwd: folder.directory });
const json = async (...args: string[]) => {
  const result = await run(...args, '--json');
  expect(result.json, result.stderr).toBeDefined();
  expect(result.stdout.trimEnd().split('\n')).toHaveLength(1);
  return { ...result, json: result.json! };
};

describe.concurrent('a mistake on the command line', LONG, () => {
  it.each([
    [['strat'], 'start'],
    [['demo', '--lcoale', 'ru'], '--locale'],
    [['apikey', 'add', 'x', '--scpoe', 'read'], '--scope'],
  ])('%j ends with 2 and names what was meant', async (args, nearest) => {
    const result = await run(...args);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(`Did you mean ${nearest}?`);
    expect(result.stdout).toBe('');
  });

  it('in a value ends with 2 and lists what there is', async () => {
    const result = await run('apikey', 'add', 'x', '--scope', 'everything');
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toMatch(
      /"everything" is no scope; there are read, leads, calls, listen, supervise, admin/,
    );
  });
});

describe.concurrent('config', LONG, () => {
  it('check ends with 0 when all is well', async () => {
    expect(await json('config', 'check')).toMatchObject({ exitCode: 0, json: { ok: true, problems: [] } });
  });

  it('check ends with 1 and every problem at its place', async () => {
    const broken = await makeConfigFolder();
    await broken.write(
      'telephony.yaml',
      'groups:\n  sales:\n    operators: [ana]\n    ring: soon\ngropus: {}\n',
    );
    const result = await runCli(['config', 'check', '--json'], { cwd: broken.directory });
    const human = await runCli(['config', 'check'], { cwd: broken.directory });
    await broken.remove();
    expect(result.exitCode).toBe(1);
    const problems = result.json?.['problems'] as { file: string; line: number; suggestion: string | null }[];
    expect(problems.map(({ line }) => line).sort()).toEqual([4, 5]);
    expect(problems.find(({ line }) => line === 5)).toMatchObject({
      suggestion: 'groups',
      file: expect.stringMatching(/telephony\.yaml$/) as unknown,
    });
    expect(human.exitCode).toBe(1);
    expect(human.stdout).toMatch(/telephony\.yaml:5:1: .*did you mean "groups"/);
    expect(human.stdout).toMatch(/^2 problem\(s\)$/m);
  });

  it('schema prints JSON Schemas for editors', async () => {
    const { exitCode, json: printed } = await json('config', 'schema');
    expect(exitCode).toBe(0);
    expect(Object.keys(printed['schemas'] as object).length).toBeGreaterThan(0);
  });
});

describe.concurrent('dialplan lint', LONG, () => {
  it('ends with 0 for the plans that are shipped, and with 1 and the place of a mistake', async () => {
    const shipped = join(import.meta.dirname, '../../dialplans');
    expect(await json('dialplan', 'lint', shipped)).toMatchObject({ exitCode: 0, json: { ok: true } });
    const broken = join(folder.directory, 'plans');
    await mkdir(broken, { recursive: true });
    const text = await readFile(join(shipped, 'callback.yaml'), 'utf8');
    await writeFile(join(broken, 'callback.yaml'), `${text}\nextra: 1\n`);
    const result = await json('dialplan', 'lint', broken);
    expect(result.exitCode).toBe(1);
    const [problem] = result.json['problems'] as { line: number; file: string }[];
    expect(problem).toMatchObject({ line: text.split('\n').length + 1, file: join(broken, 'callback.yaml') });
  });
});

describe.concurrent('apikey', LONG, () => {
  it('adds, lists without the key, and revokes', async () => {
    const added = await json('apikey', 'add', 'crm', '--scope', 'read,leads');
    expect(added.exitCode).toBe(0);
    expect(added.json).toMatchObject({
      ok: true,
      name: 'crm',
      scopes: ['read', 'leads'],
      key: expect.stringMatching(/^dt_[0-9a-f]{8}_[\w-]{43}$/) as unknown,
    });
    const listed = await run('apikey', 'list', '--json');
    expect(listed.stdout).not.toContain(String(added.json['key']).slice(12));
    await json('apikey', 'revoke', String(added.json['id']));
    expect(await json('apikey', 'list')).toMatchObject({ json: { items: [{ name: 'crm', revoked: true }] } });
  });
});

describe.concurrent('operator passwd', LONG, () => {
  it('makes a password, or reads one, and refuses a short one', async () => {
    expect(await json('operator', 'passwd', 'anna', '--generate')).toMatchObject({
      exitCode: 0,
      json: { user: 'anna', password: expect.stringMatching(/^[\w-]{16}$/) as unknown },
    });
    const read = await runCli(['operator', 'passwd', 'anna', '--json'], {
      cwd: folder.directory,
      stdin: 'correct horse\n',
    });
    expect(read).toMatchObject({ exitCode: 0, json: { ok: true, user: 'anna' } });
    expect(read.stdout).not.toContain('correct horse');
    const short = await runCli(['operator', 'passwd', 'anna', '--json'], {
      cwd: folder.directory,
      stdin: 'abc\n',
    });
    expect(short).toMatchObject({ exitCode: 2, json: { ok: false, code: 'field-invalid' } });
  });
});

describe.concurrent('connections and forms', LONG, () => {
  it('are added, set by name, and listed', async () => {
    const added = await json(
      'connections',
      'add',
      'tiktok',
      'main',
      '--secret',
      'env:TIKTOK_SECRET',
      '--tag',
      'ads',
    );
    expect(added).toMatchObject({
      exitCode: 0,
      json: { kind: 'tiktok', name: 'main', tags: ['ads'], enabled: 'on' },
    });
    const set = await json('connections', 'set', 'main', '--off', '--whisper', 'From {{ form }}');
    expect(set.json).toMatchObject({ enabled: 'off', whisper_template: 'From {{ form }}' });
    expect((await json('connections', 'list')).json).toMatchObject({
      items: [{ name: 'main', enabled: 'off' }],
    });
    expect((await json('forms', 'list', '--connection', 'main')).json).toEqual({ items: [] });
  });

  it('refuse what cannot be, with a code', async () => {
    expect(await json('connections', 'add', 'tikotk', 'x')).toMatchObject({
      exitCode: 2,
      json: { code: 'field-invalid' },
    });
    expect(await json('connections', 'set', 'nobody', '--off')).toMatchObject({
      json: { ok: false, code: 'not-found' },
    });
    expect(await json('connections', 'add', 'site', 'x', '--whisper', '{{ frm }}')).toMatchObject({
      json: { code: 'template-invalid' },
    });
  });
});

// Alone: a restore puts another file in the place of the store that the others use.
describe('backup and restore', LONG, () => {
  it('bring the store back to what it was', async () => {
    const copy = join(folder.directory, 'copy.sqlite');
    await json('connections', 'add', 'site', 'kept');
    expect(await json('backup', copy)).toMatchObject({ exitCode: 0, json: { ok: true } });
    expect((await stat(copy)).size).toBeGreaterThan(0);
    await json('connections', 'add', 'site', 'forgotten');
    expect(await json('restore', copy)).toMatchObject({ exitCode: 0, json: { ok: true } });
    const { items } = (await json('connections', 'list')).json as { items: { name: string }[] };
    expect(items.map(({ name }) => name)).toContain('kept');
    expect(items.map(({ name }) => name)).not.toContain('forgotten');
  });

  it('restore refuses what is no copy of a store', async () => {
    const wrong = join(folder.directory, 'wrong.sqlite');
    await writeFile(wrong, 'not a database');
    const refused = await json('restore', wrong);
    expect(refused.exitCode).toBe(3);
    expect(refused.json).toMatchObject({ ok: false });
  });
});

describe.concurrent('stop-calling', LONG, () => {
  it('without a server is kept in the store for the next start', async () => {
    // Port 9 (discard) is nobody's.
    const stop = (...more: string[]) => json('stop-calling', '--url', 'http://127.0.0.1:9', ...more);
    expect(await stop()).toMatchObject({ exitCode: 0, json: { ok: true, calling: 'stopped', hung_up: 0 } });
    expect(await stop('--off')).toMatchObject({ exitCode: 0, json: { ok: true, calling: 'calling' } });
  });
});

describe.concurrent('dnc', LONG, () => {
  it('imports a list, tells the rows it cannot read, and ends with 1 for them', async () => {
    const file = join(folder.directory, 'dnc.csv');
    await writeFile(file, '\uFEFFphone,reason\n8 916 100 00 01,asked\nnobody,\n');
    expect(await json('dnc', 'import', file, '--country', 'RU')).toMatchObject({
      exitCode: 1,
      json: { ok: false, added: 1, refused: [{ row: 2, phone: 'nobody' }] },
    });
    expect(await json('dnc', 'list')).toMatchObject({
      json: { items: [{ phone: '+79161000001', reason: 'asked', by: 'cli', until: null }] },
    });
    expect((await json('dnc', 'remove', '+79161000001')).exitCode).toBe(0);
    expect(await json('quarantine', 'list')).toMatchObject({ exitCode: 0, json: { items: [] } });
  });
});

describe.concurrent('prompt preview', LONG, () => {
  it('speaks a prompt with the names given', async () => {
    const out = join(folder.directory, 'whisper.wav');
    const spoken = await json(
      'prompt',
      'preview',
      'whisper',
      '--set',
      'form=Spring offer',
      '--set',
      'client=Ivan',
      '--out',
      out,
    );
    expect(spoken).toMatchObject({
      exitCode: 0,
      json: { ok: true, id: 'whisper', text: expect.stringContaining('Spring offer') as unknown },
    });
    expect((await readFile(out)).subarray(0, 4).toString()).toBe('RIFF');
    expect(spoken.json['seconds']).toBeGreaterThan(0.5);
  });

  it('names the nearest prompt', async () => {
    const result = await json('prompt', 'preview', 'whispr');
    expect(result.exitCode).toBe(3);
    expect(result.json).toMatchObject({
      code: 'not-found',
      error: expect.stringContaining('did you mean "whisper"?') as unknown,
    });
  });
});

describe.concurrent('lead send', LONG, () => {
  it('to nobody says who does not answer', async () => {
    const result = await json('lead', 'send', '--phone', '+79161234567', '--url', 'http://127.0.0.1:9');
    expect(result.exitCode).toBe(3);
    expect(result.json).toMatchObject({
      ok: false,
      error: expect.stringContaining('http://127.0.0.1:9 does not answer') as unknown,
    });
  });
});

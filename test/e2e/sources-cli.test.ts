/** Connections, field maps and files of leads by the command line, over a store on disk. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli } from '../support/http/run-cli.js';

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
});
afterAll(() => folder.remove());

async function dialtrace(...args: string[]) {
  const { exitCode, json, stderr } = await runCli([...args, '--json'], { cwd: folder.directory });
  return { exitCode, json: json ?? { stderr } };
}

it('a connection keeps what only its kind needs, and keeps it when something else is set', async () => {
  const words = ['--callback-word', 'перезвон*', '--opt-out-word', 'стоп'];
  const added = await dialtrace('connections', 'add', 'messenger', 'chat', '--provider', 'pancake', ...words);
  expect(added).toMatchObject({ exitCode: 0, json: { intake: { callback_words: ['перезвон*'] } } });
  const set = await dialtrace('connections', 'set', 'chat', '--messages', '1');
  expect(set.json).toMatchObject({ intake: { provider: 'pancake', opt_out_words: ['стоп'], messages: 1 } });
}, 60_000);

it('a file of leads is read by the map of its form; a second time it brings nothing', async () => {
  await dialtrace('connections', 'add', 'site', 'crm', '--country', 'CZ');
  await dialtrace('forms', 'add', 'crm', 'old', '--map', 'Kam zavolat=phone', '--map', 'Velikost=size');
  const file = join(folder.directory, 'leads.csv');
  await writeFile(
    file,
    'Datum;Kam zavolat;Velikost\n01.03.2020;601 123 456;XL\n02.03.2020;601 123 457;S\n;;\n',
  );
  const args = ['lead', 'import', file, '--connection', 'crm', '--form', 'old'];
  expect(await dialtrace(...args, '--dry-run')).toMatchObject({
    json: { stored: 2, will_call: 0, dry_run: true },
  });
  expect(await dialtrace(...args)).toMatchObject({
    json: { stored: 2, rows: [{ status: 'not-dialled' }, {}, { result: 'unusable' }] },
  });
  expect(await dialtrace(...args)).toMatchObject({ json: { stored: 0, repeated: 2 } });
  const csv = join(folder.directory, 'counted.csv');
  expect(await dialtrace('report', 'leads', '--connection', 'crm', '--csv', csv)).toMatchObject({
    json: { items: [{ name: 'old', leads: 2, calls: 0, reached: 0 }] },
  });
  expect(await readFile(csv, 'utf8')).toMatch(/^form,leads,reached,calls,talks,last_lead_at\nold,2,0,0,0,/);
}, 60_000);

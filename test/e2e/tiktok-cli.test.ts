/** The commands of authorised accounts, as an admin types them, against TikTok's look-alike. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli } from '../support/http/run-cli.js';
import { APP_ID, SECRET } from '../support/tiktok/fake-state.js';
import { openFakeTikTok, type FakeTikTok } from '../support/tiktok/fake-tiktok.js';

let folder: ConfigFolder;
let fake: FakeTikTok;

beforeAll(async () => {
  folder = await makeConfigFolder();
  fake = await openFakeTikTok();
  const app = { appId: APP_ID, secret: 'env:TIKTOK_SECRET', apiUrl: fake.apiUrl, firstDelay: 0.01 };
  await folder.write('tiktok.yaml', JSON.stringify({ tiktok: app }));
});
afterAll(async () => {
  await fake.close();
  await folder.remove();
});

async function dialtrace(...args: string[]) {
  const environment = { TIKTOK_SECRET: SECRET, DIALTRACE_HTTP__PUBLIC_URL: 'https://calls.example/' };
  const { exitCode, json, stderr } = await runCli([...args, '--json'], {
    cwd: folder.directory,
    environment,
  });
  return { exitCode, json: json ?? { stderr } };
}

it('authorise prints an address; before anybody went there, access and sync say what to do', async () => {
  const added = await dialtrace('connections', 'add', 'tiktok', 'main');
  expect(added.exitCode).toBe(0);
  const begun = await dialtrace('connections', 'authorise', 'main');
  const url = new URL(String(begun.json['url']));
  expect(url.searchParams.get('redirect_uri')).toBe('https://calls.example/oauth/tiktok/callback');
  expect(url.searchParams.get('app_id')).toBe(APP_ID);
  expect(await dialtrace('connections', 'access', 'main')).toMatchObject({
    exitCode: 1,
    json: { state: 'not-authorised', remedy: expect.stringContaining('connections authorise') as unknown },
  });
  expect(await dialtrace('connections', 'sync', 'main')).toMatchObject({
    exitCode: 1,
    json: { gaps: ['The account was not authorised yet.'] },
  });
});

/**
 * The whole way against TikTok's look-alike: an admin types commands, the advertiser comes back to the running server, its
 * jobs synchronise, a test lead is pushed to its hook, an audience is filled.
 */
import { createHmac } from 'node:crypto';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noChromium, openBrowser, openPage } from '../support/http/chromium.js';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { finished, runCli, startCli, untilPrinted } from '../support/http/run-cli.js';
import { ACCOUNT, APP_ID, SECRET } from '../support/tiktok/fake-state.js';
import { openFakeTikTok, type FakeTikTok } from '../support/tiktok/fake-tiktok.js';

let folder: ConfigFolder;
let fake: FakeTikTok;
let server: ChildProcessWithoutNullStreams;
let url: string;

const environment = {
  TIKTOK_SECRET: SECRET,
  DIALTRACE_HTTP__PUBLIC_URL: 'https://calls.example/',
  DIALTRACE_HTTP__ACCESS: 'open-on-loopback',
};

beforeAll(async () => {
  folder = await makeConfigFolder();
  fake = await openFakeTikTok();
  const app = { appId: APP_ID, secret: 'env:TIKTOK_SECRET', apiUrl: fake.apiUrl, firstDelay: 0.01 };
  await folder.write('tiktok.yaml', JSON.stringify({ tiktok: app }));
  server = startCli(['start'], { cwd: folder.directory, environment, deadlineMs: 60_000 });
  [, url = ''] = await untilPrinted(server, /listens on (http:\/\/\S+)/);
});
afterAll(async () => {
  const ended = finished(server);
  server.kill('SIGTERM');
  await ended;
  await fake.close();
  await folder.remove();
});

async function dialtrace(...args: string[]) {
  const { exitCode, json, stderr } = await runCli([...args, '--json'], {
    cwd: folder.directory,
    environment,
  });
  return { exitCode, json: json ?? { stderr } };
}

/** Resolves when the look-alike has this many webhooks; the server's job makes them. */
async function webhooks(count: number): Promise<void> {
  await expect.poll(() => fake.state.subscriptions.length, { timeout: 10_000 }).toBe(count);
}

async function ask(path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(url + path, sent)).json();
}

async function push(entry: object): Promise<void> {
  const [subscription] = fake.state.subscriptions;
  const path = new URL(subscription?.callback_url ?? '').pathname;
  const body = JSON.stringify({ object: 1, entry: [entry] });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-open-signature': signature },
    body,
  });
}

it('leads from an authorisation to pushed leads', async () => {
  await dialtrace('connections', 'add', 'tiktok', 'main');
  const begun = new URL(String((await dialtrace('connections', 'authorise', 'main')).json['url']));
  fake.state.addForm('Запись', ['name', 'phone_number']);
  fake.state.codes.add('the-code');
  const state = begun.searchParams.get('state') ?? '';
  const back = await fetch(`${url}/oauth/tiktok/callback?auth_code=the-code&state=${state}`);
  expect([back.status, await back.text()]).toEqual([200, expect.stringContaining('is authorised')]);
  await webhooks(2);

  fake.state.pushTestLead = ({ id, page_id }) => {
    setImmediate(() => void push({ id, page_id, changes: [] }));
  };
  expect(await dialtrace('connections', 'test', 'main', '--wait', '10s')).toMatchObject({
    exitCode: 0,
    json: { result: 'pushed', form: 'Запись', phone: 'there' },
  });
});

it('fills an audience from the leads', async () => {
  const [form] = fake.state.forms;
  await push({
    id: '7312345678901234567',
    page_id: form?.page_id,
    changes: [{ field: 'phone_number', value: '+79991234567' }],
  });
  const { items } = (await ask('/v1/connections')) as {
    readonly items: { readonly connection_id: string }[];
  };
  const segment = { sources: ['tiktok'] };
  const audience = (await ask('/v1/audiences', {
    ...{ connection_id: items[0]?.connection_id, account_id: ACCOUNT, name: 'Everybody', segment },
  })) as { readonly audience_id: string };
  await ask(`/v1/audiences/${audience.audience_id}/tasks`, { action: 'append', trigger: 'instant' });
  await expect.poll(() => fake.state.audiences.length, { timeout: 10_000 }).toBe(1);
  expect([...(fake.state.audiences[0]?.lines ?? [])]).toEqual([
    'aaa3a8d51bbd45911d65744e547c0b7094464669438951c04b8a86c56e1ce8db',
  ]);
});

it.skipIf(noChromium !== undefined)('is shown and set on the page', async () => {
  const browser = await openBrowser();
  try {
    const { page, complaints } = await openPage(browser);
    await page.goto(`${url}/#/connections`);
    const card = page.getByRole('region', { name: 'main' });
    await card.getByText('authorised', { exact: true }).waitFor();
    await card
      .getByRole('row', { name: /^Ромашка/ })
      .getByText('subscribed')
      .waitFor();
    await card.getByRole('button', { name: 'Settings of Запись' }).click();
    const sheet = card.getByRole('region', { name: 'Settings of Запись' });
    await sheet.getByLabel('What name becomes').waitFor();
    await sheet.getByLabel('Name', { exact: true }).fill('Spring offer');
    await sheet.getByLabel('Static UTM').fill('utm_campaign=spring');
    await sheet.getByLabel('Whisper').fill('{{ form }}, {{ client }}');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await card.getByRole('row', { name: /^Spring offer/ }).waitFor();
    const { items } = (await ask('/v1/forms')) as { readonly items: readonly object[] };
    expect(items).toMatchObject([
      {
        display_name: 'Spring offer',
        static_utm: { utm_campaign: 'spring' },
        whisper_template: '{{ form }}, {{ client }}',
      },
    ]);
    await card.getByRole('button', { name: 'Uploads of Everybody' }).click();
    await card.getByRole('table', { name: 'Uploads' }).getByText('1 valid of 1').waitFor();
    expect(complaints).toEqual([]);
  } finally {
    await browser.close();
  }
});

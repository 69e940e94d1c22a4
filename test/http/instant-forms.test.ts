/** Instant forms, missed leads and test leads, through the API, against TikTok's look-alike. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SECRET } from '../support/tiktok/fake-state.js';
import { openTikTokBed, type TikTokBed } from '../support/tiktok/tiktok-bed.js';

let tiktok: TikTokBed;
beforeAll(async () => {
  tiktok = await openTikTokBed();
});
beforeEach(async () => {
  await tiktok.begin();
  await tiktok.authorise();
});
afterAll(() => tiktok.close());

const bed = () => tiktok.bed;
const of = (path: string) => `/v1/connections/${tiktok.connectionId}${path}`;

async function ask(method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object) {
  const answer = await bed().request({ method, url, ...(payload !== undefined && { payload }) });
  return { status: answer.statusCode, body: answer.json() as unknown as Record<string, unknown> };
}

const sync = () => ask('POST', of('/sync'));

async function formNamed(name: string) {
  const forms = await bed().app.listForms(tiktok.connectionId);
  const found = forms.find(({ displayName }) => displayName === name);
  if (found === undefined) throw new Error(`there is no form ${name}`);
  return found;
}

async function push(entry: object): Promise<number> {
  const body = JSON.stringify({ object: 1, time: 1, entry: [entry] });
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const headers = { 'x-open-signature': signature, 'content-type': 'application/json' };
  const url = `/hooks/tiktok/${tiktok.connectionId}`;
  return (await bed().request({ method: 'POST', url, headers, payload: body })).statusCode;
}

/** `YYYY-MM-DD HH:MM:SS` of so many hours ago, as TikTok writes UTC. */
const ago = (hours: number) =>
  new Date(Date.now() - hours * 3_600_000).toISOString().replace('T', ' ').slice(0, 19);

async function fetched() {
  for (let looks = 0; looks < 20 && (await tiktok.runJobs('fetch-missed-leads', 'some-day')) > 0; looks += 1);
  return (await ask('GET', of('/fetches'))).body['items'] as Record<string, unknown>[];
}

describe('instant forms', () => {
  it('of the wanted accounts become forms, with the phone found by what it is called', async () => {
    tiktok.fake.state.addForm('Запись', ['name', 'Телефон для связи', 'Когда удобно?']);
    tiktok.fake.state.addForm('Черновик', ['phone_number'], { status: 'EDITED' });
    tiktok.fake.state.addForm('Чужая', ['phone'], { transfer_status: 'TRANSFERRED' });
    expect((await sync()).body['gaps']).toEqual([expect.stringContaining('Чужая was moved') as unknown]);
    const form = await formNamed('Запись');
    expect(form).toMatchObject({ enabled: 'on', fieldMap: { 'Телефон для связи': 'phone' } });
    expect((await ask('GET', `/v1/forms/${form.id}/fields`)).body).toMatchObject({
      title: 'Запись',
      fields: [
        { field: 'name', becomes: 'client_name', by: 'alias' },
        { field: 'Телефон для связи', becomes: 'phone', by: 'map' },
        { field: 'Когда удобно?', becomes: 'Когда удобно?', by: 'answer', suggested: null },
      ],
      stale: [],
    });
    await formNamed('Черновик');
    await expect(formNamed('Чужая')).rejects.toThrow();
  });

  it('that change are told once, and settings made here stay', async () => {
    const there = tiktok.fake.state.addForm('Запись', ['phone', 'Город']);
    await sync();
    const { id } = await formNamed('Запись');
    await bed().app.setForm(id, { displayName: 'Ours', fieldMap: { Город: 'city' } });
    there.fields = ['phone', 'Район'];
    await sync();
    await sync();
    const reading = (await ask('GET', `/v1/forms/${id}/fields`)).body;
    expect(reading).toMatchObject({ stale: ['Город'], changed_at: expect.any(String) as unknown });
    expect((await formNamed('Ours')).fieldMap).toEqual({ Город: 'city' });
    const told = (await bed().services.store.events.after(undefined, 1000)).filter(
      ({ name, payload }) => name === 'form.changed' && payload['form_id'] === id,
    );
    expect(told.map(({ payload }) => payload)).toMatchObject([
      { added: ['Район'], removed: ['Город'], stale_map: ['Город'] },
    ]);
  });

  it('many of them are read page by page', async () => {
    for (let count = 0; count < 101; count += 1) tiktok.fake.state.addForm(`Form ${count}`, ['phone']);
    await sync();
    expect(await bed().app.listForms(tiktok.connectionId)).toHaveLength(101);
    expect(tiktok.fake.state.count('/page/get/')).toBe(3);
  });
});

describe('leads that no push brought', () => {
  it('are taken once: those left lately are called, old ones and those of unknown age are not', async () => {
    const there = tiktok.fake.state.addForm('Запись', ['name', 'phone_number']);
    await sync();
    const [known, fresh, old, ageless] = ['1', '2', '3', '4'].map((digit) => `731234567890123456${digit}`);
    await push({
      id: known,
      page_id: there.page_id,
      changes: [{ field: 'phone_number', value: '+79991230001' }],
    });
    there.files.set(
      'world',
      `Lead ID,Created Time,Name,Phone number\n${known},${ago(1)},А,+79991230001\n${fresh},${ago(2)},Б,+79991230002\n${old},${ago(30)},В,+79991230003\n${ageless},,Г,+79991230004\n,,без,+79991230005\n`,
    );
    expect((await ask('POST', of('/fetches'), {})).status).toBe(202);
    expect(await fetched()).toMatchObject([
      { state: 'done', region: 'world', found: 5, added: 3, repeated: 1, why: null },
    ]);
    const { store } = bed().services;
    const statuses = await Promise.all(
      [known, fresh, old, ageless].map(async (id) => {
        const lead = await store.leads.byExternalId(tiktok.connectionId, id ?? '');
        return [lead?.status === 'queued' || lead?.status === 'deferred', lead?.reason];
      }),
    );
    expect(statuses).toEqual([
      [true, expect.any(String)],
      [true, expect.any(String)],
      [false, 'too-old'],
      [false, 'too-old'],
    ]);
    const counted = `/v1/reports/leads?by=form&connection_id=${tiktok.connectionId}`;
    expect((await ask('GET', counted)).body['items']).toMatchObject([{ name: 'Запись', leads: 4, calls: 0 }]);
    await ask('POST', of('/fetches'), {});
    expect(await fetched()).toMatchObject([{ added: 0, repeated: 4 }, { added: 3 }]);
  });

  it('are fetched by themselves for an account whose webhook was silent', async () => {
    tiktok.fake.state.addForm('Запись', ['phone']);
    await sync();
    expect(await fetched()).toEqual([]);
    tiktok.fake.state.tokens.clear();
    await sync();
    await tiktok.authorise();
    await tiktok.runJobs('sync-connection');
    expect(await fetched()).toMatchObject([{ state: 'done' }]);
  });

  it('are asked for again when the file is gone, and a refusal ends with its words', async () => {
    tiktok.fake.state.addForm('Запись', ['phone']);
    await sync();
    tiktok.fake.failNext('/page/lead/task/download/', 40002);
    await ask('POST', of('/fetches'), {});
    expect(await fetched()).toMatchObject([{ state: 'done' }]);
    expect(tiktok.fake.state.tasks.size).toBe(2);
    tiktok.fake.failNext('/page/lead/task/', 40001);
    await ask('POST', of('/fetches'), {});
    expect((await fetched())[0]).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('40001') as unknown,
    });
    expect((await ask('GET', of('/access'))).body).toMatchObject({ state: 'insufficient-access' });
  });

  it('need a form to be known', async () => {
    expect((await ask('POST', of('/fetches'), {})).status).toBe(409);
    tiktok.fake.state.addForm('Запись', ['phone']);
    await sync();
    expect((await ask('POST', of('/fetches'), { form_id: 'none' })).status).toBe(404);
  });
});

describe('a test lead', () => {
  it('that is pushed proves the whole way, and nobody is called', async () => {
    const there = tiktok.fake.state.addForm('Запись', ['name', 'phone_number', 'Вопрос']);
    await sync();
    tiktok.fake.state.pushTestLead = ({ id, page_id }) => {
      setImmediate(
        () => void push({ id, page_id, changes: [{ field: 'phone_number', value: '+79991230009' }] }),
      );
    };
    const { body } = await ask('POST', of('/test'), { wait_seconds: 10 });
    expect(body).toMatchObject({ result: 'pushed', form: 'Запись', phone: 'there', answers: ['Вопрос'] });
    const lead = await bed().services.store.leads.byExternalId(
      tiktok.connectionId,
      String(body['external_id']),
    );
    expect(lead?.test).toBe('yes');
    expect(lead?.willCallAt).toBeUndefined();
    expect(there.mock).toBeUndefined();
  });

  it('whose push was faster than TikTok’s answer is a test all the same', async () => {
    const there = tiktok.fake.state.addForm('Запись', ['phone_number']);
    await sync();
    const id = String(BigInt(tiktok.fake.state.id()) + 1n);
    await push({
      id,
      page_id: there.page_id,
      changes: [{ field: 'phone_number', value: '+79991230010' }],
    });
    expect((await ask('POST', of('/test'), { wait_seconds: 0 })).body).toMatchObject({ external_id: id });
    const lead = await bed().services.store.leads.byExternalId(tiktok.connectionId, id);
    expect(lead).toMatchObject({ test: 'yes', status: 'cancelled' });
  });

  it('that is not pushed is read from TikTok instead; a phone that is not recognised is told', async () => {
    const there = tiktok.fake.state.addForm('Запись', ['WhatsApp']);
    there.mock = tiktok.fake.state.id();
    await sync();
    const { body } = await ask('POST', of('/test'), { wait_seconds: 0 });
    expect(body).toMatchObject({ result: 'fetched', phone: 'missing', answers: ['WhatsApp'] });
    expect(there.mock).toBeUndefined();
  });

  it('needs an authorised account and a published form', async () => {
    expect((await ask('POST', of('/test'), {})).status).toBe(409);
    tiktok.fake.state.addForm('Запись', ['phone']);
    await sync();
    tiktok.fake.failNext('/page/lead/mock/create/', 40105);
    const refused = await ask('POST', of('/test'), { wait_seconds: 0 });
    expect(refused).toMatchObject({ status: 502, body: { code: 'tiktok-refused' } });
    expect((await ask('GET', of('/access'))).body).toMatchObject({ state: 're-authorise' });
  });
});

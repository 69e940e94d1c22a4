/** Customer audiences through the API, against TikTok's look-alike. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { without } from '../../src/domain/values/present.js';
import { aCall, aLead, branded } from '../support/store/samples.js';
import { ACCOUNT } from '../support/tiktok/fake-state.js';
import { openTikTokBed, type TikTokBed } from '../support/tiktok/tiktok-bed.js';

let tiktok: TikTokBed;
let leads = 0;
beforeAll(async () => {
  tiktok = await openTikTokBed();
});
beforeEach(async () => {
  await tiktok.begin();
  await tiktok.authorise();
  await tiktok.bed.app.syncConnection(tiktok.connectionId);
});
afterAll(() => tiktok.close());

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
  const answer = await tiktok.bed.request({ method, url, ...(payload !== undefined && { payload }) });
  return { status: answer.statusCode, body: answer.json() as unknown as Record<string, unknown> };
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

async function addLead(phone: string | undefined, source: string, email?: string): Promise<void> {
  leads += 1;
  const lead = aLead({
    id: branded(`seg-${String(leads).padStart(4, '0')}`),
    touch: { utm_source: source },
    ...{ status: 'reached', reason: 'reached' },
    ...(email !== undefined && { email }),
  });
  await tiktok.bed.services.store.leads.add(
    phone === undefined ? without(lead, 'phone') : { ...lead, phone: branded(phone) },
  );
}

async function addAudience(name: string, segment: object, schema = 'phone'): Promise<string> {
  const { status, body } = await ask('POST', '/v1/audiences', {
    connection_id: tiktok.connectionId,
    account_id: ACCOUNT,
    ...{ name, schema, segment },
  });
  expect(status).toBe(201);
  return String(body['audience_id']);
}

const fill = (id: string, action: string, more: object = { trigger: 'instant' }) =>
  ask('POST', `/v1/audiences/${id}/tasks`, { action, ...more });
const run = () => tiktok.runJobs('fill-audience');
const someDay = () => tiktok.runJobs('fill-audience', 'some-day');

async function seen(id: string) {
  const { body } = await ask('GET', `/v1/audiences/${id}`);
  return body as { state: string; external_id: string | null; tasks: Record<string, unknown>[] };
}

function atTikTok() {
  const [audience] = tiktok.fake.state.audiences;
  if (audience === undefined) throw new Error('there is no audience at TikTok');
  return audience;
}

describe('an audience', () => {
  it('is made by its first upload, settles, and then takes more', async () => {
    await addLead('+79990010001', 'first');
    await addLead('+79990010001', 'first');
    await addLead(undefined, 'first', 'only@example.com');
    const id = await addAudience('Buyers', { sources: ['first'] });
    expect(await seen(id)).toMatchObject({ state: 'empty', external_id: null });
    expect((await ask('GET', `/v1/audiences/${id}/preview`)).body).toEqual({ valid: 1, total: 2 });
    await fill(id, 'append');
    expect(await run()).toBe(1);
    expect(await seen(id)).toMatchObject({
      state: 'settling',
      external_id: atTikTok().id,
      tasks: [{ state: 'done', valid: 1, total: 2, action: 'append', why: null }],
    });
    expect([...atTikTok().lines]).toEqual([hash('+79990010001')]);

    await addLead('+79990010002', 'first');
    await fill(id, 'append');
    await run();
    expect((await seen(id)).tasks[0]).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('from the next day on') as unknown,
    });
    atTikTok().isValid = true;
    await someDay();
    expect((await seen(id)).tasks[0]).toMatchObject({ state: 'done', valid: 2, total: 3 });
    expect(atTikTok().lines.size).toBe(2);
  });

  it('is replaced and emptied by what the segment is then, without who must not be called or was erased', async () => {
    for (const phone of ['+79990020001', '+79990020002', '+79990020003']) await addLead(phone, 'second');
    const id = await addAudience('Second', { sources: ['second'] });
    await fill(id, 'append');
    await run();
    Object.assign(atTikTok(), { isValid: true, coverNum: 5000 });
    const { doNotCall } = tiktok.bed.services.store;
    await doNotCall.put([
      { phone: branded('+79990020001'), reason: 'asked', by: 'test', addedAt: 1 },
      { phone: branded('+79990020003'), reason: 'once', by: 'test', addedAt: 1, until: 2 },
    ]);
    await ask('DELETE', `/v1/people/${encodeURIComponent('+79990020002')}`);
    await fill(id, 'replace');
    await run();
    expect([...atTikTok().lines]).toEqual([hash('+79990020003')]);
    // The row of the erased person stays for counts, and cannot be matched.
    expect((await seen(id)).tasks[0]).toMatchObject({ state: 'done', valid: 1 });
    await fill(id, 'replace');
    await run();
    expect((await seen(id)).tasks[0]).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('once a day') as unknown,
    });
    await fill(id, 'remove');
    await run();
    expect(atTikTok().lines.size).toBe(0);
  });

  it('holds phones and addresses side by side when it is asked to', async () => {
    await addLead('+79990030001', 'third', 'Anna@Example.com');
    const id = await addAudience('Third', { sources: ['third'] }, 'both');
    await fill(id, 'append');
    await run();
    expect([...atTikTok().lines]).toEqual([`${hash('+79990030001')},${hash('anna@example.com')}`]);
    const bytes = Buffer.concat(tiktok.fake.state.asked.map(({ body }) => body)).toString();
    expect(bytes).not.toContain('79990030001');
    expect(bytes.toLowerCase()).not.toContain('anna@');
  });

  it('is asked of calls by their tags', async () => {
    const { store } = tiktok.bed.services;
    await addLead('+79990040001', 'fourth', 'a@example.com');
    await addLead('+79990040002', 'fourth');
    await store.calls.add(
      aCall({ id: branded('seg-call'), clientNumber: branded('+79990040001'), tags: ['vip'] }),
    );
    const byTag = await addAudience('Tagged', { tags: ['vip'] });
    const both = await addAudience('Tagged leads', { tags: ['vip'], sources: ['fourth'] }, 'email');
    expect((await ask('GET', `/v1/audiences/${byTag}/preview`)).body).toEqual({ valid: 1, total: 1 });
    expect((await ask('GET', `/v1/audiences/${both}/preview`)).body).toEqual({ valid: 1, total: 1 });
  });
});

describe('an upload whose answer was lost', () => {
  it('makes no second audience', async () => {
    await addLead('+79990050001', 'fifth');
    const id = await addAudience('Fifth', { sources: ['fifth'] });
    tiktok.fake.state.loseAnswers.add('/dmp/custom_audience/create/');
    await fill(id, 'append');
    await run();
    expect((await seen(id)).tasks[0]).toMatchObject({ state: 'sent' });
    await someDay();
    expect(await seen(id)).toMatchObject({ external_id: atTikTok().id, tasks: [{ state: 'done' }] });
    expect(tiktok.fake.state.audiences).toHaveLength(1);
  });

  it('is not sent again when TikTok’s history has it, and is when not', async () => {
    await addLead('+79990060001', 'sixth');
    const id = await addAudience('Sixth', { sources: ['sixth'] });
    await fill(id, 'append');
    await run();
    atTikTok().isValid = true;
    const updates = () => tiktok.fake.state.count('/dmp/custom_audience/update/');
    tiktok.fake.state.loseAnswers.add('/dmp/custom_audience/update/');
    await fill(id, 'append');
    await run();
    await someDay();
    expect((await seen(id)).tasks[0]).toMatchObject({ state: 'done' });
    expect(updates()).toBe(1);
    atTikTok().history.length = 0;
    tiktok.fake.failNext('/dmp/custom_audience/update/', 503);
    await fill(id, 'append');
    await run();
    await someDay();
    expect((await seen(id)).tasks[0]).toMatchObject({ state: 'done' });
    expect(updates()).toBe(3);
  });
});

describe('what cannot be', () => {
  it('is told at once: an unknown account, a name that is taken, an action there is not', async () => {
    await addAudience('Taken', {});
    const body = { connection_id: tiktok.connectionId, account_id: ACCOUNT, name: 'Taken' };
    expect((await ask('POST', '/v1/audiences', body)).status).toBe(409);
    expect((await ask('POST', '/v1/audiences', { ...body, account_id: '1' })).status).toBe(404);
    expect((await fill('none', 'append')).status).toBe(404);
    expect((await fill('none', 'burn')).status).toBe(422);
  });

  it('ends the upload with its reason', async () => {
    const empty = await addAudience('Nobody', { sources: ['nobody'] });
    await fill(empty, 'remove');
    await fill(empty, 'append');
    await run();
    const whys = (await seen(empty)).tasks.map(({ state, why }) => `${String(state)} ${String(why)}`);
    expect(whys.sort()).toEqual([
      expect.stringMatching(/^failed The segment has nobody/),
      expect.stringMatching(/^failed There is nothing to remove/),
    ]);
    await addLead('+79990070001', 'seventh');
    const id = await addAudience('Seventh', { sources: ['seventh'] });
    tiktok.fake.state.tokens.clear();
    await fill(id, 'append');
    await run();
    expect((await seen(id)).tasks[0]).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('40105') as unknown,
    });
    expect((await ask('GET', `/v1/connections/${tiktok.connectionId}/access`)).body).toMatchObject({
      state: 're-authorise',
    });
  });
});

it('a scheduled upload waits for midnight where the ad account is', async () => {
  const id = await addAudience('Nightly', {});
  const { body } = await fill(id, 'append', {});
  const runAt = new Date(String(body['run_at']));
  expect(runAt.getTime()).toBeGreaterThan(Date.now());
  expect(runAt.getTime() - Date.now()).toBeLessThanOrEqual(86_400_000);
  // Moscow is three hours before UTC all the year.
  expect(runAt.toISOString()).toMatch(/T21:00:00/);
  const early = await fill(id, 'append', { at: '03:30' });
  expect(String(early.body['run_at'])).toMatch(/T00:30:00/);
});

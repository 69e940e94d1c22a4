/** Authorising a TikTok account and keeping its ad accounts, through the API, against TikTok's look-alike. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connectionFindings } from '../../src/cli/doctor/connections.js';
import { ACCOUNT, OTHER_ACCOUNT } from '../support/tiktok/fake-state.js';
import { openTikTokBed, PUBLIC_URL, type TikTokBed } from '../support/tiktok/tiktok-bed.js';

let tiktok: TikTokBed;
beforeAll(async () => {
  tiktok = await openTikTokBed();
});
beforeEach(() => tiktok.begin());
afterAll(() => tiktok.close());

async function ask(method: 'GET' | 'POST' | 'PATCH', path: string, payload?: object) {
  const url = `/v1/connections/${tiktok.connectionId}${path}`;
  const answer = await tiktok.bed.request({ method, url, ...(payload !== undefined && { payload }) });
  return { status: answer.statusCode, body: answer.json() as unknown as Record<string, unknown> };
}
const sync = (payload?: object) => ask('POST', '/sync', payload);
const changes = async () => {
  const { events } = tiktok.bed.services.store;
  const all = (await events.after(undefined, 1000)).map(({ payload }) => payload);
  const ours = all.filter((payload) => payload['connection_id'] === tiktok.connectionId);
  return ours.map((payload) => payload['state']);
};

describe('authorising an account', () => {
  it('stores the token sealed, shows the state, and plans a sync', async () => {
    expect((await ask('GET', '/access')).body).toMatchObject({ state: 'not-authorised', why: null });
    const { url } = await tiktok.setOut();
    expect(url.searchParams.get('redirect_uri')).toBe(`${PUBLIC_URL}/oauth/tiktok/callback`);
    expect(await tiktok.authorise()).toMatchObject({ state: 'authorised', scopes: ['4', '5', '22'] });
    const [token = ''] = tiktok.fake.state.tokens;
    const { store } = tiktok.bed.services;
    const sealed = (await store.sealedSecrets.get(`tiktok-token-${tiktok.connectionId}`)) ?? '';
    expect(sealed).toMatch(/^v1\./);
    expect(sealed).not.toContain(token);
    expect((await store.connections.byId(tiktok.connectionId))?.secretRef).toBe('env:APP_SECRET');
    expect(await tiktok.runJobs('sync-connection')).toBe(1);
    expect((await ask('GET', '/accounts')).body['items']).toHaveLength(2);
    expect(JSON.stringify(await store.events.after(undefined, 1000))).not.toContain(token);
  });

  it('takes a state once, for half an hour, and only one begun here', async () => {
    const { state } = await tiktok.setOut();
    tiktok.fake.state.codes.add('code-1').add('code-2');
    expect(await tiktok.comeBack(state, 'code-1')).toBe(200);
    expect(await tiktok.comeBack(state, 'code-2')).toBe(400);
    expect(await tiktok.comeBack('a-state-of-somebody', 'code-2')).toBe(400);
    expect(tiktok.fake.state.codes.has('code-2')).toBe(true);
    const { oauthStates } = tiktok.bed.services.store;
    await oauthStates.add({ hash: 'h', connectionId: tiktok.connectionId, expiresAt: 1000 });
    expect(await oauthStates.take('h', 1000)).toBeUndefined();
  });

  it('says why it failed, and keeps an access that was there', async () => {
    const { state } = await tiktok.setOut();
    expect(await tiktok.comeBack(state, 'a-used-code')).toBe(200);
    expect((await ask('GET', '/access')).body).toMatchObject({
      state: 'not-authorised',
      why: expect.stringMatching(/code was used before.*40110/) as unknown,
    });
    await tiktok.authorise();
    await tiktok.comeBack((await tiktok.setOut()).state);
    expect((await ask('GET', '/access')).body).toMatchObject({
      state: 'authorised',
      why: 'The access was not granted on TikTok’s page.',
    });
  });

  it('is taken back at TikTok too, with the webhooks', async () => {
    await tiktok.authorise();
    await sync();
    expect(tiktok.fake.state.subscriptions).toHaveLength(2);
    expect((await ask('POST', '/revoke')).body).toMatchObject({ state: 'not-authorised' });
    expect(tiktok.fake.state.subscriptions).toHaveLength(0);
    expect(tiktok.fake.state.tokens.size).toBe(0);
    expect((await sync()).body['gaps']).toEqual(['The account was not authorised yet.']);
  });

  it('is only for TikTok', async () => {
    const { id } = await tiktok.bed.app.addConnection({ kind: 'site', name: 'shop' });
    const answer = await tiktok.bed.request({ method: 'POST', url: `/v1/connections/${id}/authorise` });
    expect(answer.statusCode).toBe(422);
    const missing = await tiktok.bed.request({ method: 'POST', url: '/v1/connections/none/authorise' });
    expect(missing.statusCode).toBe(404);
  });
});

describe('a sync', () => {
  it('tells name, company, status, role and webhook of each account', async () => {
    await tiktok.authorise();
    const { body } = await sync();
    expect(body).toMatchObject({ access: { state: 'authorised' }, gaps: [] });
    expect(body['accounts']).toMatchObject([
      {
        account_id: OTHER_ACCOUNT,
        standing: 'blocked',
        status: 'STATUS_LIMIT',
        role_text: 'sub-advertiser',
        company: 'ООО Ромашка',
        webhook: 'subscribed',
      },
      { account_id: ACCOUNT, standing: 'active', role_text: 'advertiser', chosen: 'on' },
    ]);
    const urls = tiktok.fake.state.subscriptions.map(({ callback_url }) => callback_url);
    const own = `${PUBLIC_URL}/hooks/tiktok/${tiktok.connectionId}`;
    expect(urls).toEqual([own, own]);
    await sync();
    expect(tiktok.fake.state.subscriptions).toHaveLength(2);
    expect(await changes()).toEqual(['authorised']);
  });

  it('keeps a status and a role that nobody knows', async () => {
    const [first, ...others] = tiktok.fake.state.accounts;
    if (first === undefined) throw new Error('the look-alike has no account');
    tiktok.fake.state.accounts.splice(0, 2, { ...first, status: 'STATUS_NEW', role: 'ROLE_NEW' }, ...others);
    await tiktok.authorise();
    const { body } = await sync();
    expect(body['accounts']).toContainEqual(
      expect.objectContaining({ status: 'STATUS_NEW', standing: 'unknown', role_text: 'ROLE_NEW' }),
    );
  });

  it('keeps only the accounts that were chosen, and notices those that are gone', async () => {
    await tiktok.authorise();
    const { body } = await sync({ accounts: [ACCOUNT, '7000000000000000000'] });
    expect(body['gaps']).toEqual(['TikTok lists no ad account 7000000000000000000 for this user.']);
    expect(tiktok.fake.state.subscriptions.map(({ advertiser_id }) => advertiser_id)).toEqual([ACCOUNT]);
    expect((await ask('PATCH', `/accounts/${OTHER_ACCOUNT}`, { chosen: 'on' })).body).toMatchObject({
      chosen: 'on',
    });
    await tiktok.runJobs('sync-connection');
    expect(tiktok.fake.state.subscriptions).toHaveLength(2);
    tiktok.fake.state.accounts.pop();
    const gone = (await sync()).body['accounts'] as { account_id: string; gone_at: string | null }[];
    expect(gone.find(({ account_id }) => account_id === OTHER_ACCOUNT)?.gone_at).toEqual(expect.any(String));
    expect(tiktok.fake.state.subscriptions.map(({ advertiser_id }) => advertiser_id)).toEqual([ACCOUNT]);
    expect((await ask('PATCH', '/accounts/1', { chosen: 'on' })).status).toBe(404);
  });

  it('under a revoked token asks once to authorise again, and mends the webhooks after it', async () => {
    await tiktok.authorise();
    await sync();
    const before = tiktok.fake.state.subscriptions.map(({ subscription_id }) => subscription_id);
    tiktok.fake.state.tokens.clear();
    for (let count = 0; count < 3; count += 1) {
      const { body } = await sync();
      expect(body['access']).toMatchObject({
        state: 're-authorise',
        remedy: expect.stringContaining('Authorise the account again') as unknown,
      });
      expect(body['accounts']).toHaveLength(2);
    }
    await tiktok.authorise();
    await tiktok.runJobs('sync-connection');
    const live = tiktok.fake.state.subscriptions;
    expect(live).toHaveLength(2);
    expect(live.every(({ token }) => tiktok.fake.state.tokens.has(token))).toBe(true);
    expect(live.some(({ subscription_id }) => before.includes(subscription_id))).toBe(false);
    expect(await changes()).toEqual(['authorised', 're-authorise', 'authorised']);
  });

  it('without the right to an account says so in a sentence', async () => {
    tiktok.fake.state.foreign.add(OTHER_ACCOUNT);
    await tiktok.authorise();
    const { body } = await sync();
    expect(body['access']).toMatchObject({ state: 'insufficient-access' });
    expect(body['gaps']).toEqual([
      expect.stringMatching(/^Leads of Василёк are not pushed\..*40001/),
      expect.stringMatching(/^Forms of Василёк could not be listed\..*40001/),
    ]);
    expect(body['accounts']).toContainEqual(
      expect.objectContaining({ account_id: OTHER_ACCOUNT, webhook: 'missing' }),
    );
    tiktok.fake.state.foreign.clear();
    expect((await sync()).body['access']).toMatchObject({ state: 'authorised', why: null });
  });

  it('that TikTok has no time for is tried again, and takes nothing away', async () => {
    await tiktok.authorise();
    await sync();
    tiktok.fake.failNext('/oauth2/advertiser/get/', 40100, 5);
    expect(await tiktok.runJobs('sync-connection')).toBe(1);
    const { jobs, adAccounts } = tiktok.bed.services.store;
    expect(await adAccounts.ofConnection(tiktok.connectionId)).toHaveLength(2);
    expect(await jobs.counts(tiktok.bed.services.clock.now())).toMatchObject({ waiting: 1, due: 0 });
    expect((await ask('GET', '/access')).body).toMatchObject({ state: 'authorised' });
  });

  it('runs once at a time', async () => {
    await tiktok.authorise();
    const { store, clock } = tiktok.bed.services;
    const now = clock.now();
    await store.leases.take(`sync:${tiktok.connectionId}`, 'another', now + 60_000, now);
    expect((await sync()).status).toBe(409);
  });

  it('is what the doctor tells of', async () => {
    const { store } = tiktok.bed.services;
    const findings = async () => {
      const name = (await store.connections.byId(tiktok.connectionId))?.name ?? '';
      return (await connectionFindings(store)).filter(({ check }) => check.startsWith(`connection ${name}`));
    };
    expect(await findings()).toEqual([]);
    await tiktok.authorise();
    tiktok.fake.state.foreign.add(OTHER_ACCOUNT);
    await sync();
    expect(await findings()).toMatchObject([
      { state: 'failure', remedy: expect.stringContaining('Admin') as unknown },
    ]);
    tiktok.fake.state.foreign.clear();
    await sync();
    expect(await findings()).toMatchObject([{ state: 'ok', detail: 'authorised, 2 ad accounts' }]);
  });

  it('is planned each night for what is authorised', async () => {
    const before = await tiktok.bed.app.planNightlySync();
    await tiktok.authorise();
    expect(await tiktok.bed.app.planNightlySync()).toBe(before + 1);
  });
});

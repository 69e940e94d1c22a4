import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TikTokClient, type ClientOptions } from '../../../src/tiktok/client.js';
import { TokenBucket } from '../../../src/tiktok/token-bucket.js';
import { createTikTok } from '../../../src/tiktok/tiktok.js';
import { systemClock } from '../../../src/telemetry/clock.js';
import { ACCOUNT, APP_ID, OTHER_ACCOUNT, SECRET } from '../../support/tiktok/fake-state.js';
import { openFakeTikTok, type FakeTikTok } from '../../support/tiktok/fake-tiktok.js';
import { VirtualClock } from '../../support/store/virtual-clock.js';

let fake: FakeTikTok;
const TOKEN = 'token-1';

beforeAll(async () => {
  fake = await openFakeTikTok();
});
afterAll(() => fake.close());
beforeEach(() => {
  fake.state.asked.length = 0;
  fake.state.tokens.add(TOKEN);
});

function options(): ClientOptions {
  return {
    apiUrl: fake.apiUrl,
    requestsPerSecond: 1000,
    codes: { retry: [50000, 51021], reauthorise: [40106] },
    timeoutMs: 5000,
    firstDelayMs: 1,
    clock: systemClock,
  };
}

const tiktok = () =>
  createTikTok({
    ...options(),
    appId: APP_ID,
    secretRef: 'env:SECRET',
    authorisationUrl: 'https://business-api.tiktok.com/portal/auth?app_id=1&rid=x',
    secrets: { get: () => Promise.resolve(SECRET) },
  });

const PATH = '/advertiser/info/';
const info = { path: PATH, token: TOKEN, query: { advertiser_ids: [ACCOUNT], fields: ['name'] } };
const refusal = (kind: string, more: object = {}) => ({
  kind: 'refused',
  refusal: expect.objectContaining({ kind, ...more }) as unknown,
});

describe('a request to TikTok', () => {
  it('carries the token in its own header and lists as JSON, and reads ids as they are', async () => {
    const answer = await tiktok().accounts(TOKEN, [ACCOUNT, OTHER_ACCOUNT]);
    expect(answer).toEqual({
      kind: 'ok',
      value: [
        expect.objectContaining({ externalId: ACCOUNT, status: 'STATUS_ENABLE', company: 'ООО Ромашка' }),
        expect.objectContaining({ externalId: OTHER_ACCOUNT, role: 'ROLE_CHILD_ADVERTISER' }),
      ],
    });
  });

  it('keeps 19 digits that come as numbers', async () => {
    fake.state.ids = 'numbers';
    const answer = await tiktok().accountIds(TOKEN);
    fake.state.ids = 'strings';
    expect(answer).toEqual({ kind: 'ok', value: [ACCOUNT, OTHER_ACCOUNT] });
  });

  it.each([
    [40100, 'rate-limited'],
    [51021, 'unavailable'],
    [429, 'rate-limited'],
    [503, 'unavailable'],
  ])('is repeated after %i, at most four times', async (code, kind) => {
    fake.failNext(PATH, code, 2);
    expect((await new TikTokClient(options()).get(z.unknown(), info)).kind).toBe('ok');
    expect(fake.state.count(PATH)).toBe(3);
    fake.failNext(PATH, code, 100);
    expect(await new TikTokClient(options()).get(z.unknown(), info)).toEqual(refusal(kind));
    expect(fake.state.count(PATH)).toBe(8);
    fake.failNext(PATH, code, 0);
  });

  it.each([
    [40001, 'insufficient-access'],
    [40002, 'invalid-request'],
    [40101, 'misconfigured'],
    [40102, 're-authorise'],
    [40104, 're-authorise'],
    [40105, 're-authorise'],
    [40106, 're-authorise'],
    [40110, 'code-used'],
    [49999, 'invalid-request'],
  ])('that is refused with %i is %s, and not repeated', async (code, kind) => {
    fake.failNext(PATH, code);
    const answer = await new TikTokClient(options()).get(z.unknown(), info);
    expect(answer).toEqual(refusal(kind, { code, message: 'made to fail' }));
    expect(fake.state.count(PATH)).toBe(1);
  });

  it('that may have been carried out is not sent twice when that would do harm', async () => {
    const wish = { token: TOKEN, accountId: ACCOUNT, callbackUrl: 'https://calls.example/hooks/tiktok/1' };
    fake.failNext('/subscription/subscribe/', 503);
    expect(await tiktok().subscribe(wish)).toEqual(refusal('unavailable'));
    expect(fake.state.count('/subscription/subscribe/')).toBe(1);
    fake.failNext('/subscription/subscribe/', 40100, 2);
    expect((await tiktok().subscribe(wish)).kind).toBe('ok');
    expect(fake.state.count('/subscription/subscribe/')).toBe(4);
  });

  it('to a path without its slash gets plain text, which is told', async () => {
    const answer = await new TikTokClient(options()).get(z.unknown(), { path: '/advertiser/info' });
    expect(answer).toEqual(refusal('unreadable', { message: 'HTTP 404: 404 page not found' }));
  });

  it('that nobody answers, and an answer of another shape, are values too', async () => {
    const nobody = new TikTokClient({ ...options(), apiUrl: 'http://127.0.0.1:1/open_api/v1.3' });
    expect(await nobody.get(z.unknown(), info)).toEqual(refusal('unavailable'));
    const strict = z.object({ list: z.string() });
    expect(await new TikTokClient(options()).get(strict, info)).toEqual(refusal('unreadable'));
  });

  it('with a token that was revoked asks for a new authorisation', async () => {
    fake.state.tokens.delete(TOKEN);
    const answer = await tiktok().accountIds(TOKEN);
    expect(answer).toEqual(refusal('re-authorise', { code: 40105 }));
  });

  it('reads every page of a list', async () => {
    for (let count = 0; count < 120; count += 1)
      fake.state.subscriptions.push({
        subscription_id: fake.state.id(),
        callback_url: `https://elsewhere.example/${count}`,
        advertiser_id: ACCOUNT,
        token: TOKEN,
      });
    const answer = await tiktok().subscriptions();
    expect(answer.kind === 'ok' && answer.value).toHaveLength(fake.state.subscriptions.length);
    expect(fake.state.count('/subscription/get/')).toBe(2);
  });

  it('sends the advertiser where the settings say, with our app, state and way back', () => {
    const url = new URL(tiktok().authorisationUrl({ state: 'a b', redirectUrl: 'https://x.example/y?z' }));
    expect(Object.fromEntries(url.searchParams)).toEqual({
      app_id: APP_ID,
      rid: 'x',
      state: 'a b',
      redirect_uri: 'https://x.example/y?z',
    });
  });
});

describe('the token bucket', () => {
  it('lets a second’s worth go at once and the rest in turn', async () => {
    const clock = new VirtualClock(1_000_000);
    const bucket = new TokenBucket(clock, 4);
    const left: number[] = [];
    for (let count = 0; count < 10; count += 1) void bucket.take().then(() => left.push(count));
    await Promise.resolve();
    expect(left).toEqual([0, 1, 2, 3]);
    await clock.advance(250);
    expect(left).toEqual([0, 1, 2, 3, 4]);
    await clock.advance(1250);
    expect(left).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

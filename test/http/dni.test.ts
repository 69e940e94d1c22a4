/** /dni.js and /dni/v1: visits as pages of the sites report them, and what strangers try. */
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VisitorSession } from '../../src/domain/attribution/visitor.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { branded } from '../support/store/samples.js';

const ORIGIN = 'https://shop.example';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const PHONE =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed({
    http: { dniScript: 'run(DIALTRACE);' },
    projects: { other: { sites: ['https://other.example'], siteNumbers: [] } },
    placeOf: () => ({ city: 'Brno', country: 'CZ' }),
  });
});
afterAll(() => bed.close());

interface Sending {
  readonly path?: string;
  readonly origin?: string | undefined;
  readonly userAgent?: string;
  readonly ip?: string;
}

/** As the script sends it: text, so that no preflight is needed. */
function send(
  body: object | string,
  { path = 'session', origin = ORIGIN, userAgent = FIREFOX, ip }: Sending = {},
) {
  return bed.request({
    method: 'POST',
    url: `/dni/v1/${path}`,
    payload: typeof body === 'string' ? body : JSON.stringify({ project: 'shop', ...body }),
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      'user-agent': userAgent,
      ...(origin === '' ? {} : { origin }),
    },
    ...(ip === undefined ? {} : { remoteAddress: ip }),
  });
}

const page = (query = '', more: object = {}): object => ({
  url: `${ORIGIN}/boots${query}`,
  title: 'Boots',
  language: 'en',
  screen: '1280x720',
  numbers: ['+74951234567'],
  ...more,
});

async function stored(id: string): Promise<VisitorSession> {
  const session = await bed.services.store.visitors.session(branded(id));
  if (session === undefined) throw new Error(`there is no visit ${id}`);
  return session;
}

describe('a page of a site', () => {
  it('begins a visit, and its own number stays while no rule shows another', async () => {
    const answer = await send(
      page('?utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=G1', {
        referrer: 'https://www.google.com/search',
        ga_client_id: '1.2',
        ga_session_id: '3',
        ym_client_id: '4',
        time_zone: 'Europe/Prague',
      }),
      { userAgent: PHONE, ip: '198.51.100.7' },
    );
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': ORIGIN, vary: 'origin' });
    expect(answer.json()).toMatchObject({
      visit: 'new',
      numbers: [{ site_number: '+74951234567', number: null, why: 'rule' }],
    });
    expect(await stored(answer.json().session_id)).toMatchObject({
      visitorId: answer.json().visitor_id,
      project: 'shop',
      touches: [{ channel: 'paid', source: 'google', campaign: 'spring', clickIds: { gclid: 'G1' } }],
      pages: [{ title: 'Boots' }],
      ip: '198.51.100.7',
      device: { kind: 'mobile', browser: 'Chrome 141', os: 'Android 15', timeZone: 'Europe/Prague' },
      city: 'Brno',
      country: 'CZ',
      gaClientId: '1.2',
      gaSessionId: '3',
      metricaClientId: '4',
    });
  });

  it('goes on with a visit: another advertisement is another touch, a reload and an inner link are none', async () => {
    const first = (await send(page('?gclid=1'))).json();
    const ids = { visitor_id: first.visitor_id, session_id: first.session_id };
    await send(page('?gclid=1', ids));
    await send(page('/red', { ...ids, referrer: `${ORIGIN}/boots` }));
    const last = (await send(page('?yclid=2', ids))).json();
    expect(last).toMatchObject({ visit: 'continued', ...ids });
    const { touches, pages } = await stored(first.session_id);
    expect(touches.map(({ source }) => source)).toEqual(['google', 'yandex']);
    expect(pages).toHaveLength(3);
  });

  it('begins another visit of the same visitor when the last one is over', async () => {
    const first = (await send(page('?gclid=1'))).json();
    await bed.services.store.visitors.updateSession(branded(first.session_id), {
      lastSeenAt: bed.services.clock.now() - 31 * 60_000,
    });
    const ids = { visitor_id: first.visitor_id, session_id: first.session_id };
    expect((await send({ session_id: first.session_id }, { path: 'heartbeat' })).json()).toEqual({
      state: 'over',
      seconds: null,
    });
    const next = (await send(page('', ids))).json();
    expect(next).toMatchObject({ visit: 'new', visitor_id: first.visitor_id });
    expect(next.session_id).not.toBe(first.session_id);
    const visitor = await bed.request({ url: `/v1/visitors/${first.visitor_id}` });
    expect(visitor.json()).toMatchObject({
      visits: 2,
      sessions: [{ touches: [{ channel: 'direct' }] }, { touches: [{ source: 'google' }] }],
    });
  });

  it('is a machine’s: nothing is stored, no number is given', async () => {
    const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
    const headless = FIREFOX.replace('Firefox', 'HeadlessChrome');
    for (const userAgent of [googlebot, headless, ''])
      expect((await send(page(), { userAgent })).json()).toMatchObject({ visit: 'bot', visitor_id: null });
    expect((await send(page('', { webdriver: 'yes' }))).json()).toMatchObject({ visit: 'bot' });
    expect((await send(page('', { screen: '0x0' }))).json()).toMatchObject({ visit: 'bot' });
  });
});

describe('a sign of life', () => {
  it('tells time on the page, the next page and a click on a number, by our clock', async () => {
    const { session_id } = (await send(page())).json();
    const beat = (body: object) => send({ session_id, ...body }, { path: 'heartbeat' });
    const began = (await stored(session_id)).startedAt;
    await beat({ url: `${ORIGIN}/boots`, seconds: 86_400, at: '1970-01-01', ga_client_id: '5.6' });
    await beat({ url: `${ORIGIN}/red#top`, title: 'Red', seconds: 0 });
    expect((await beat({ tel_click: '+74951234567' })).json()).toEqual({ state: 'kept', seconds: null });
    const session = await stored(session_id);
    const now = bed.services.clock.now();
    expect(session.lastSeenAt).toBeGreaterThanOrEqual(began);
    expect(session.lastSeenAt).toBeLessThanOrEqual(now);
    expect(session.pages[0]?.seconds).toBeLessThanOrEqual(Math.ceil((now - began) / 1000));
    expect(session.pages.map(({ url }) => url)).toEqual([`${ORIGIN}/boots`, `${ORIGIN}/red`]);
    expect(session.telClicks).toMatchObject([{ number: '+74951234567' }]);
    expect(session.gaClientId).toBe('5.6');
  });

  it.each([
    ['never given out', 'x'.repeat(26)],
    ['nonsense', '"><script>'],
  ])('of a visit %s changes nothing', async (_what, session_id) => {
    expect((await send({ session_id }, { path: 'heartbeat' })).json()).toEqual({
      state: 'unknown',
      seconds: null,
    });
  });

  it('cannot keep a visit of another project', async () => {
    const { session_id } = (await send(page())).json();
    const answer = await send(
      { project: 'other', session_id },
      { path: 'heartbeat', origin: 'https://other.example' },
    );
    expect(answer.json()).toEqual({ state: 'unknown', seconds: null });
  });
});

describe('forged, huge and hostile reports', () => {
  it('ids that were never given out, or to another project, are not taken over', async () => {
    const mine = (await send(page())).json();
    const theirs = await send(
      { project: 'other', url: 'https://other.example/', language: 'en', visitor_id: mine.visitor_id },
      { origin: 'https://other.example' },
    );
    expect(theirs.json().visitor_id).not.toBe(mine.visitor_id);
    for (const visitor_id of ['0'.repeat(26), '../../etc', '<b>', 'a'.repeat(5000)])
      expect((await send(page('', { visitor_id, session_id: visitor_id }))).json()).toMatchObject({
        visit: 'new',
      });
    // The visit of one visitor is not that of another one.
    const other = (await send(page('', { session_id: mine.session_id }))).json();
    expect(other.session_id).not.toBe(mine.session_id);
  });

  it('a campaign of HTML stays text, in every answer', async () => {
    const html = '<img src=x onerror=alert(1)>';
    const { visitor_id } = (
      await send(page(`?utm_source=a&utm_campaign=${encodeURIComponent(html)}`))
    ).json();
    const answer = await bed.request({ url: `/v1/visitors/${visitor_id}` });
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.json()).toMatchObject({ sessions: [{ touches: [{ campaign: html }] }] });
  });

  it('UTM of 64 kB: refused by its size, or cut when it is smaller', async () => {
    const long = 'x'.repeat(65_536);
    expect((await send(page(`?utm_campaign=${long}`))).statusCode).toBe(413);
    const { session_id } = (await send(page(`?utm_campaign=${long.slice(0, 15_000)}&gclid=1`))).json();
    const [touch] = (await stored(session_id)).touches;
    expect(touch?.campaign).toHaveLength(500);
    expect(touch).toMatchObject({ source: 'google' });
    expect(touch?.landingPage.length).toBeLessThanOrEqual(2000);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>',
    'not an address',
    'https://[::1',
    `https://${ORIGIN.slice(8)}/inner`,
  ])('the referrer %s is no source', async (referrer) => {
    const { session_id } = (await send(page('', { referrer }))).json();
    expect((await stored(session_id)).touches).toMatchObject([{ channel: 'direct' }]);
  });

  it('a referrer loses its password', async () => {
    const { session_id } = (
      await send(page('', { referrer: 'https://me:secret@partner.example/#x' }))
    ).json();
    expect((await stored(session_id)).touches[0]?.referrer).toBe('https://partner.example/');
  });

  it.each([
    ['another origin', page(), { origin: 'https://evil.example' }, 403, 'origin-refused'],
    ['no origin', page(), { origin: '' }, 403, 'origin-refused'],
    ['a page of another site', { ...page(), url: 'https://evil.example/' }, {}, 403, 'origin-refused'],
    ['an unknown project', { ...page(), project: 'shpo' }, {}, 404, 'not-found'],
    ['a project called __proto__', { ...page(), project: '__proto__' }, {}, 404, 'not-found'],
    ['no page', { url: 'about:blank' }, {}, 403, 'origin-refused'],
    ['a number as its address', { url: 7 }, {}, 422, 'field-invalid'],
    ['no JSON', '{', {}, 400, 'body-malformed'],
  ])('from %s is refused', async (_what, body, sending, status, code) => {
    const answer = await send(body, sending);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code });
  });

  it('visits without end from one address: its minute’s share is taken, the rest leaves no trace', async () => {
    const countVisits = async () => (await bed.request({ url: '/metrics' })).body;
    const flood = Array.from({ length: 200 }, () => send(page(), { ip: '203.0.113.9' }));
    const answers = await Promise.all(flood);
    const taken = answers.filter(({ statusCode }) => statusCode === 200);
    expect(taken).toHaveLength(60);
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(140);
    expect(answers.at(-1)?.headers['retry-after']).toBe('60');
    expect((await send(page(), { ip: '203.0.113.10' })).statusCode).toBe(200);
    expect(await countVisits()).toContain('dialtrace_visits_total{project="shop",visit="refused"} 140');
  });
});

describe('a visitor’s request to be called back', () => {
  it('is a lead with the visitor’s touch', async () => {
    const visit = (
      await send(page('?utm_source=vk&utm_medium=cpc&utm_campaign=may', { ga_client_id: '7.8' }))
    ).json();
    const ids = { visitor_id: visit.visitor_id, session_id: visit.session_id };
    const answer = await send(
      { ...ids, phone: '8 916 765-43-21', name: 'Ivan', colour: 'red', locale: 'cs-CZ' },
      { path: 'callback' },
    );
    expect(answer.statusCode).toBe(202);
    const reason = { code: 'call-now', text: 'Voláme zpět hned teď.' };
    expect(answer.json()).toMatchObject({ status: 'queued', reason });
    const lead = await bed.request({ url: `/v1/leads/${answer.json().lead_id}` });
    expect(lead.json()).toMatchObject({
      kind: 'callback',
      phone: '+79167654321',
      campaign: 'may',
      touch: { utm_source: 'vk', utm_campaign: 'may', channel: 'paid', ga_client_id: '7.8', project: 'shop' },
      answers: [{ field: 'colour', value: 'red' }],
    });
    const snapshot = await bed.request({ url: `/v1/leads/${answer.json().lead_id}/visitor` });
    expect(snapshot.json()).toMatchObject({
      visitor: { ...ids, touches: [{ campaign: 'may' }], browser: 'Firefox 140', city: 'Brno' },
    });
    expect(await bed.services.store.leads.byId(branded(answer.json().lead_id))).toMatchObject({
      visitorId: ids.visitor_id,
      sessionId: ids.session_id,
    });
  });

  it('comes from the site’s server as well, and the last that was not direct counts', async () => {
    const first = (await send(page('?gclid=9'))).json();
    await bed.services.store.visitors.updateSession(branded(first.session_id), { lastSeenAt: 5 });
    const next = (
      await send(page('', { visitor_id: first.visitor_id, session_id: first.session_id }))
    ).json();
    const answer = await bed.request({
      method: 'POST',
      url: '/v1/leads',
      payload: { phone: '+79167650000', visitor_id: next.visitor_id },
    });
    const lead = await bed.services.store.leads.byId(branded(answer.json().lead_id));
    expect(lead).toMatchObject({ sessionId: next.session_id, touch: { gclid: '9', utm_source: 'google' } });
  });

  it('with forged ids is a lead all the same, of nobody', async () => {
    const answer = await send(
      { phone: '+79167651111', visitor_id: 'forged', session_id: 'forged', connection_id: 'c', test: 'yes' },
      { path: 'callback' },
    );
    expect(answer.json()).toMatchObject({ status: 'queued' });
    const lead = await bed.services.store.leads.byId(branded(answer.json().lead_id));
    expect(lead?.visitorId).toBeUndefined();
  });

  it('is taken from one address only so often', async () => {
    const statuses = await Promise.all(
      Array.from({ length: 8 }, () => send({ phone: '12' }, { path: 'callback', ip: '203.0.113.77' })),
    );
    expect(statuses.map(({ statusCode }) => statusCode)).toEqual([202, 202, 202, 202, 202, 202, 429, 429]);
  });
});

describe('a site that swaps on its own server', () => {
  it('opens visits with a key, for the address and browser of its visitor', async () => {
    const answer = await bed.request({
      method: 'POST',
      url: '/v1/visits',
      payload: { project: 'shop', ...page('?gclid=1'), ip: '192.0.2.55', user_agent: PHONE },
    });
    expect(answer.json()).toMatchObject({ visit: 'new' });
    expect(await stored(answer.json().session_id)).toMatchObject({
      ip: '192.0.2.55',
      device: { kind: 'mobile' },
    });
  });
});

describe('/dni.js', () => {
  const get = (url: string, headers: Record<string, string> = {}) => bed.request({ url, headers });

  it('is the script around the settings of its project, cacheable and compressed', async () => {
    const plain = await get('/dni.js?project=shop');
    expect(plain.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=3600, stale-while-revalidate=86400',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(plain.body).toContain('["+74951234567","7"]');
    const zipped = await get('/dni.js?project=shop', { 'accept-encoding': 'br, gzip' });
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
    const again = await get('/dni.js?project=shop', { 'if-none-match': String(plain.headers['etag']) });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get('/dni.js?project=other')).headers['etag']).not.toBe(plain.headers['etag']);
  });

  it('says which project it is missing', async () => {
    expect((await get('/dni.js')).json().detail).toContain('/dni.js?project=');
    expect((await get('/dni.js?project=shopp')).json().detail).toContain('did you mean shop?');
    expect((await get('/dni.js?project=shop&v=9')).statusCode).toBe(422);
  });

  it('answers preflights for sites of a project only', async () => {
    const ask = (origin: string) =>
      bed.server.inject({ method: 'OPTIONS', url: '/dni/v1/session', headers: { origin } });
    expect((await ask('https://m.shop.example')).statusCode).toBe(204);
    expect((await ask('https://evil.example')).statusCode).toBe(403);
  });
});

describe('with the store down', () => {
  it('a page is told at once, and keeps its number', async () => {
    const broken = await openHttpBed();
    await broken.services.store.close();
    const answer = await broken.request({
      method: 'POST',
      url: '/dni/v1/session',
      payload: { project: 'shop', ...page() },
      headers: { origin: ORIGIN, 'user-agent': FIREFOX },
    });
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'store-unavailable' });
    expect(answer.headers['access-control-allow-origin']).toBe(ORIGIN);
  });
});

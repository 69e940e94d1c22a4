/**
 * The number-swap script in a real browser on real pages: what a visitor sees, in every format, with no flash and no
 * shift, and what is known of them afterwards. Prints the transfer size and the layout shift.
 */
import { existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VisitorSession } from '../../src/domain/attribution/visitor.js';
import { noChromium, openBrowser } from '../support/http/chromium.js';
import { CONSOLE, openSite, POOL, SITE_NUMBER, type Site } from '../support/dni/site.js';
import { inAllFormats, inFormat, OTHERS, PAGES } from '../support/dni/pages.js';
import { branded } from '../support/store/samples.js';

const PERSON =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

describe.skipIf(noChromium !== undefined)(
  `dni.js in a browser${noChromium === undefined ? '' : ` (skipped: ${noChromium})`}`,
  () => {
    let browser: Browser;
    let site: Site;
    beforeAll(async () => {
      [browser, site] = await Promise.all([
        // A browser steered by a program says so; people's do not.
        openBrowser(['--disable-blink-features=AutomationControlled']),
        openSite(PAGES),
      ]);
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
    });

    interface Visit {
      readonly context: BrowserContext;
      readonly page: Page;
      readonly complaints: string[];
      /** Waits until a number is shown, and answers it in E.164. */
      readonly shown: (page?: Page) => Promise<string>;
      readonly session: () => Promise<VisitorSession>;
    }

    async function visit(userAgent = PERSON): Promise<Visit> {
      const context = await browser.newContext({ userAgent, viewport: { width: 1000, height: 700 } });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      return {
        context,
        page,
        complaints,
        shown: async (on = page) => {
          const handle = await on.waitForFunction('window.dialtrace?.number()?.number', undefined, {
            polling: 20,
          });
          return (await handle.jsonValue()) as string;
        },
        session: async () => {
          const { session_id } = await page.evaluate<{ session_id: string }>('dialtrace.visitor()');
          const session = await site.bed.services.store.visitors.session(branded(session_id));
          if (session === undefined) throw new Error('the visit is not stored');
          return session;
        },
      };
    }

    it('is at most 5 kB on the wire', async () => {
      const answer = await site.bed.request({
        url: '/dni.js?project=site',
        headers: { 'accept-encoding': 'gzip' },
      });
      const plain = (await site.bed.request({ url: '/dni.js?project=site' })).rawPayload;
      console.log(`dni.js: ${answer.rawPayload.length} bytes gzipped, ${plain.length} plain`);
      expect(answer.rawPayload).toEqual(gzipSync(plain, { level: 9 }));
      expect(answer.rawPayload.length).toBeLessThanOrEqual(5 * 1024);
    });

    it('finds the number in 12 formats, links, alt texts and JSON-LD, and keeps each one’s format', async () => {
      const { context, page, shown, complaints } = await visit();
      await page.goto(`${site.origin}/formats?utm_source=ya&utm_medium=cpc`);
      const number = await shown();
      expect(POOL).toContain(number);
      expect(await page.locator('#formats li').allTextContents()).toEqual(inAllFormats(number));
      expect(await page.locator('#split').textContent()).toBe(inFormat('8 (###) ###-##-##', number));
      expect(await page.locator('#split i').textContent()).toBe(`-${number.slice(8, 10)}-`);
      expect(await page.locator('#others li').allTextContents()).toEqual(OTHERS);
      expect(await page.locator('#kept').textContent()).toBe('8 (495) 123-45-67');
      expect(await page.locator('#typed').inputValue()).toBe('8 (495) 123-45-67');
      expect(await page.locator('#dashed').getAttribute('href')).toBe(
        `tel:${inFormat('+7-###-###-##-##', number)}`,
      );
      expect(await page.locator('#plain').getAttribute('href')).toBe(`tel:8${number.slice(2)}`);
      expect(await page.locator('#image').getAttribute('alt')).toBe(
        `Phone: ${inFormat('+7 ### ### ## ##', number)}`,
      );
      expect(await page.locator('#linked').textContent()).toBe(
        `{"telephone":"${inFormat('+7-###-###-####', number)}"}`,
      );
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('shows no old number in any frame and shifts nothing, however late the answer', async () => {
      const { context, page, shown } = await visit();
      await page.addInitScript(`
      window.frames_ = []; window.shift = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shift += entry.value; }))
        .observe({ type: 'layout-shift', buffered: true });
      const look = () => {
        const text = document.querySelector('#number')?.textContent;
        if (text) window.frames_.push([text, CSS.highlights.get('dt')?.size ?? 0]);
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);`);
      await page.route('**/dni/v1/session', async (route) => {
        await page.waitForFunction('window.frames_.length > 5');
        await route.continue();
      });
      await page.goto(`${site.origin}/?gclid=1`);
      const number = await shown();
      await page.waitForFunction(`window.frames_.at(-1)[0] !== '8 (495) 123-45-67'`);
      const frames = await page.evaluate<[string, number][]>('window.frames_');
      const [before, after] = ['8 (495) 123-45-67', inFormat('8 (###) ###-##-##', number)];
      expect(frames.filter(([text, hidden]) => text === before && hidden === 0)).toEqual([]);
      expect(frames.some(([text]) => text === before)).toBe(true);
      expect(frames.at(-1)).toEqual([after, 0]);
      const shift = await page.evaluate<number>('window.shift');
      console.log(`dni.js: layout shift ${shift}`);
      expect(shift).toBe(0);
      // The ruler measures: something that does move the text is seen.
      await page.evaluate(
        `document.body.prepend(Object.assign(document.createElement('h1'), { textContent: 'News' }))`,
      );
      await page.waitForFunction('window.shift > 0');
      // The next page knows the number before it is drawn, without an answer.
      await page.route('**/dni/v1/session', (route) => route.abort());
      await page.goto(`${site.origin}/second`);
      await page.waitForFunction('window.frames_.length > 5');
      expect(
        new Set((await page.evaluate<[string, number][]>('window.frames_')).map(([text]) => text)),
      ).toEqual(new Set([after]));
      await context.close();
    });

    it('loaded late, and asked by the page, tells its number and the visitor', async () => {
      const { context, page, shown, session } = await visit();
      await page.addInitScript(
        `window.dialtrace = []; window.told = []; dialtrace.push((api) => api.onNumber((number) => told.push(number)));`,
      );
      await context.addCookies(
        Object.entries({
          _ga: 'GA1.1.111.222',
          _ga_X1: 'GS2.1.s1700000000$o1',
          _ym_uid: '333',
          _ttp: 't1',
        }).map(([name, value]) => ({ name, value, url: site.origin })),
      );
      await page.goto(`${site.origin}/async?utm_source=vk&utm_medium=cpc&dt_tag=c:5~g:6~a:7~k:boots#x`, {
        referer: 'https://vk.com/',
      });
      const number = await shown();
      expect(await page.evaluate('told')).toEqual([number]);
      expect(await session()).toMatchObject({
        gaClientId: '111.222',
        gaSessionId: '1700000000',
        metricaClientId: '333',
        device: { kind: 'desktop', browser: 'Chrome 141', os: 'Linux' },
        touches: [
          {
            channel: 'paid',
            source: 'vk',
            campaign: '5',
            term: 'boots',
            clickIds: { ttp: 't1' },
            tag: { adGroup: '6', ad: '7' },
            referrer: 'https://vk.com/',
          },
        ],
      });
      await context.close();
    });

    it('follows a single-page site: later texts, pages without a load, and what the site writes again', async () => {
      const { context, page, shown, session } = await visit();
      await page.goto(site.origin);
      const number = await shown();
      const local = inFormat('8 (###) ###-##-##', number);
      await page.evaluate(`{
      history.pushState({}, '', '/cart');
      document.body.insertAdjacentHTML('beforeend', '<div id="later">Call <span>8 (495)</span> 123-45-67</div>');
      document.querySelector('#number').firstChild.data = '8 (495) 123-45-67';
      document.querySelector('#number').href = 'tel:+74951234567';
    }`);
      await page.waitForFunction(`document.querySelector('#later').textContent === 'Call ${local}'`);
      await page.waitForFunction(`document.querySelector('#number').textContent === '${local}'`);
      expect(await page.locator('#number').getAttribute('href')).toBe(`tel:${number}`);
      await expect
        .poll(async () => (await session()).pages.map(({ url }) => new URL(url).pathname), { interval: 20 })
        .toEqual(['/', '/cart']);
      await context.close();
    });

    it('works under a strict content security policy, without a complaint', async () => {
      const { context, page, complaints } = await visit();
      await page.goto(`${site.origin}/strict`);
      const dialled = () => page.locator('#number').getAttribute('href');
      await expect.poll(dialled, { interval: 20 }).toMatch(/^tel:\+7495765/);
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('asks and stores nothing before consent, and undoes everything when it is taken back', async () => {
      const { context, page, shown } = await visit();
      const asked: string[] = [];
      page.on('request', (request) => {
        if (request.url().includes('/dni/v1/')) asked.push(request.url());
      });
      await page.goto(`${site.origin}/careful`);
      await page.waitForFunction('window.dialtrace');
      expect(await page.locator('#number').textContent()).toBe('8 (495) 123-45-67');
      expect([asked, await context.cookies()]).toEqual([[], []]);
      await page.evaluate('dialtrace.consent()');
      const number = await shown();
      expect(await page.locator('#number').getAttribute('href')).toBe(`tel:${number}`);
      expect((await context.cookies()).map(({ name }) => name)).toEqual(['_dt']);
      await page.evaluate(`dialtrace.consent('no')`);
      expect(await page.locator('#number').textContent()).toBe('8 (495) 123-45-67');
      expect(await page.locator('#number').getAttribute('href')).toBe(`tel:${SITE_NUMBER}`);
      expect(await context.cookies()).toEqual([]);
      expect(await page.evaluate('localStorage.length')).toBe(0);
      await context.close();
    });

    it.each([
      [
        'cannot be reached',
        '**/dni/v1/session',
        (page: Page, url: string) => page.route(url, (route) => route.abort()),
      ],
      [
        'fails',
        '**/dni/v1/session',
        (page: Page, url: string) => page.route(url, (route) => route.fulfill({ status: 503, body: '{}' })),
      ],
      ['does not answer', '**/dni/v1/session', (page: Page, url: string) => page.route(url, () => undefined)],
      [
        'does not serve the script',
        '**/dni.js*',
        (page: Page, url: string) => page.route(url, (route) => route.abort()),
      ],
    ])('leaves the site’s number to be seen when the server %s', async (_what, url, hurt) => {
      const { context, page } = await visit();
      await hurt(page, url);
      await page.goto(site.origin);
      await page.waitForFunction(`(CSS.highlights.get('dt')?.size ?? 0) === 0`);
      expect(await page.locator('#number').textContent()).toBe('8 (495) 123-45-67');
      await context.close();
    });

    it('in three tabs opened at once is one visitor with one number', async () => {
      const { context, page, shown, session } = await visit();
      const tabs = [page, await context.newPage(), await context.newPage()];
      await Promise.all(tabs.map((tab) => tab.goto(`${site.origin}/?gclid=3`)));
      const numbers = await Promise.all(tabs.map((tab) => shown(tab)));
      expect(new Set(numbers).size).toBe(1);
      const ids = await Promise.all(tabs.map((tab) => tab.evaluate<object>('dialtrace.visitor()')));
      expect(ids).toEqual([ids[0], ids[0], ids[0]]);
      const { visitorId, touches } = await session();
      expect(touches).toHaveLength(1);
      expect(await site.bed.services.store.visitors.byId(visitorId)).toMatchObject({ visits: 1 });
      await context.close();
    });

    it('takes the visitor along to the project’s other domain, and cleans the address', async () => {
      const { context, page, shown, session } = await visit();
      await page.goto(`${site.origin}/links?gclid=4`);
      const number = await shown();
      const before = await session();
      await page.locator('#other').click();
      await page.waitForURL(`${site.otherOrigin}/second?x=1`);
      expect(await shown()).toBe(number);
      await expect.poll(async () => (await session()).pages.length, { interval: 20 }).toBe(2);
      expect(await session()).toMatchObject({ id: before.id, touches: [{ clickIds: { gclid: '4' } }] });
      await context.close();
    });

    it('reports a click on the number at once, and a request to be called back with its source', async () => {
      const { context, page, shown, session } = await visit();
      await page.goto(`${site.origin}/?utm_source=tiktok&utm_medium=cpc&utm_campaign=<b>may</b>`);
      const number = await shown();
      await page.evaluate(`document.addEventListener('click', (event) => event.preventDefault())`);
      await page.locator('#number').click();
      await expect
        .poll(async () => (await session()).telClicks, { interval: 20 })
        .toMatchObject([{ number }]);
      const lead = await page.evaluate<{ lead_id: string; status: string }>(
        `dialtrace.callback({ phone: '8 916 555-44-33', name: 'Anna', size: 42 })`,
      );
      expect(lead.status).toBe('queued');
      expect(await site.bed.services.store.leads.byId(branded(lead.lead_id))).toMatchObject({
        phone: '+79165554433',
        sessionId: (await session()).id,
        campaign: '<b>may</b>',
        touch: { utm_source: 'tiktok', channel: 'paid' },
        answers: [{ field: 'size', value: '42' }],
      });
      const refused = await page.evaluate(
        `dialtrace.callback({ phone: '1', call_at: 'soon' }).catch((why) => why.code)`,
      );
      expect(refused).toBe('field-invalid');
      await context.close();
    });

    it.skipIf(!existsSync(CONSOLE))(
      'shows the visitor on the page of the lead, a campaign of HTML as text',
      async () => {
        const { context, page, shown, complaints } = await visit();
        const html = '<img src=x onerror=alert(1)>';
        await page.goto(
          `${site.origin}/?utm_source=vk&utm_medium=cpc&utm_campaign=${encodeURIComponent(html)}`,
        );
        await shown();
        const lead = await page.evaluate<{ lead_id: string }>(
          `dialtrace.callback({ phone: '+7 916 555-00-11' })`,
        );
        await page.goto(`${site.api}/#/leads/${lead.lead_id}`);
        const visitor = page.getByRole('region', { name: 'Visitor' });
        await visitor.getByText(`paid: vk / cpc / ${html}`).waitFor();
        expect(await visitor.innerText()).toMatch(/desktop, Chrome 141, Linux[\s\S]*none[\s\S]*Shop/);
        expect(await page.locator('img[src="x"]').count()).toBe(0);
        // The switch of this bed is connected to nothing, which /readyz says with 503.
        expect(complaints.filter((text) => !text.includes('503'))).toEqual([]);
        await context.close();
      },
    );

    it('gives a machine no number', async () => {
      const { context, page } = await visit(
        'Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)',
      );
      const answered = page.waitForResponse('**/dni/v1/session');
      await page.goto(site.origin);
      expect(await (await answered).json()).toMatchObject({ visit: 'bot' });
      expect(await page.locator('#number').textContent()).toBe('8 (495) 123-45-67');
      await context.close();
    });
  },
);

/** A site whose pages load the number-swap script, on a port of the system's choice; with numbers to be swapped. */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import type { TrackedNumber } from '../../../src/domain/numbers/tracked-number.js';
import { openHttpBed, type HttpBed } from '../http/http-bed.js';
import { branded } from '../store/samples.js';
import { bundleDni } from './bundle.js';

/** The built page of operators; the sites have nothing to do with it, what it shows of them has. */
export const CONSOLE = resolve(import.meta.dirname, '../../../dist/console');

export interface SitePage {
  readonly head?: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Site {
  /** `http://127.0.0.1:port`; the same pages stand under `http://localhost:port`. */
  readonly origin: string;
  readonly otherOrigin: string;
  readonly api: string;
  readonly bed: HttpBed;
  close(): Promise<void>;
}

export const SITE_NUMBER = '+74951234567';
export const POOL = Array.from({ length: 20 }, (_, index) => `+7495765${String(4300 + index)}`);

/** In the page `API` is where Dialtrace is, `ORIGIN` the site. */
export async function openSite(pages: Readonly<Record<string, SitePage>>): Promise<Site> {
  let api = '';
  const fill = (text: string, host: string | undefined): string =>
    text.replaceAll('API', api).replaceAll('OTHER', `localhost:${host?.split(':')[1] ?? ''}`);
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const page = pages[pathname];
    if (page === undefined) {
      response.writeHead(404).end();
      return;
    }
    const { host } = request.headers;
    const headers = Object.entries(page.headers ?? {}).map(
      ([name, value]) => [name, fill(value, host)] as const,
    );
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...Object.fromEntries(headers) });
    const html = `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${page.head ?? ''}<body>${page.body}`;
    response.end(fill(html, host));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const [origin, otherOrigin] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const bed = await openHttpBed({
    http: { dniScript: await bundleDni(), ...(existsSync(CONSOLE) ? { consoleDirectory: CONSOLE } : {}) },
    projects: projectsOn([origin, otherOrigin]),
    pools: { ads: { project: 'site' }, careful: { project: 'careful' } },
  });
  await stockNumbers(bed);
  api = await bed.server.listen({ host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await Promise.all([new Promise((resolve) => server.close(resolve)), bed.close()]);
  };
  return { origin, otherOrigin, api, bed, close };
}

function projectsOn(sites: readonly string[]): Record<string, object> {
  const of = (pool: string) => ({
    sites,
    siteNumbers: [SITE_NUMBER],
    country: 'RU',
    visitsPerMinute: 1000,
    rules: [{ name: 'all', show: { pool } }],
  });
  return { site: of('ads'), careful: { ...of('careful'), consent: 'required' } };
}

async function stockNumbers({ services }: HttpBed): Promise<void> {
  for (const [index, number] of POOL.entries()) {
    const project = index < 15 ? 'site' : 'careful';
    const tracked: TrackedNumber = {
      number: branded(number),
      state: 'pool',
      project,
      type: 'geographic',
      country: 'RU',
      area: '495',
      pool: project === 'site' ? 'ads' : 'careful',
      labels: {},
    };
    await services.store.numbers.put(tracked);
  }
}

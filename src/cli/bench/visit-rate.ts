/**
 * How many new visits a second a server takes over HTTP, each stored and given a number of a pool, beside the same
 * server's emptiest route. Part of `numbers`.
 */
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Pool } from 'undici';
import { Fault } from '../../errors.js';
import { figure, type Figures } from './figures.js';
import { withInstance, type Instance } from './instance.js';
import type { BenchOptions } from './part.js';
import { cpuMs } from './process-usage.js';

const ORIGIN = 'https://shop.example';
const SITE_NUMBER = '+74950000000';
const VISITS = 3000;
/** The first ones warm the code up. */
const WARM_UP = 500;
const AT_ONCE = 50;
const MANY = 1_000_000;
/** Each new visitor holds one for minutes. */
const NUMBERS = VISITS + WARM_UP + AT_ONCE;
const IMPORTED_AT_ONCE = 2000;

const TELEPHONY = {
  projects: {
    shop: {
      sites: [ORIGIN],
      siteNumbers: [SITE_NUMBER],
      country: 'RU',
      visitsPerMinute: MANY,
      leasesPerMinute: MANY,
      rules: [{ name: 'all', show: { pool: 'ads' } }],
    },
  },
  pools: { ads: { project: 'shop', exclusive: '30m' } },
};

const VISIT = {
  method: 'POST',
  path: '/dni/v1/session',
  headers: {
    'content-type': 'text/plain',
    origin: ORIGIN,
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  },
  body: JSON.stringify({
    project: 'shop',
    url: `${ORIGIN}/sale?utm_source=google&utm_medium=cpc&utm_campaign=spring`,
    numbers: [SITE_NUMBER],
    language: 'ru',
    screen: '1280x720',
  }),
} as const;

const EMPTY = { method: 'GET', path: '/healthz' } as const;

type Ask = typeof VISIT | typeof EMPTY;

export function visitRate({ directory, say }: BenchOptions): Promise<Figures> {
  say('numbers: visits over HTTP');
  const options = { directory: join(directory, 'visits'), telephony: TELEPHONY };
  return withInstance(options, async (instance) => {
    const pool = new Pool(instance.url, { connections: AT_ONCE });
    try {
      await stock(pool);
      const empty = await paceOf(pool, instance, EMPTY);
      const visits = await paceOf(pool, instance, VISIT);
      return figuresOf(empty, visits);
    } finally {
      await pool.close();
    }
  });
}

async function stock(pool: Pool): Promise<void> {
  for (let first = 0; first < NUMBERS; first += IMPORTED_AT_ONCE) {
    const count = Math.min(IMPORTED_AT_ONCE, NUMBERS - first);
    const rows = Array.from({ length: count }, (_, index) => ({
      number: `+7495${String(2_000_000 + first + index)}`,
      project: 'shop',
      pool: 'ads',
      state: 'pool',
    }));
    const { statusCode, body } = await pool.request({
      method: 'POST',
      path: '/v1/numbers/import',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rows }),
    });
    const text = await body.text();
    if (statusCode !== 200 || !text.includes('"written":"yes"'))
      throw new Fault('bug', `the numbers were not taken: ${statusCode} ${text.slice(0, 200)}`);
  }
}

interface Pace {
  readonly perSecond: number;
  /** Of the server; undefined where nobody tells. */
  readonly cpuMs: number | undefined;
}

async function paceOf(pool: Pool, { pid }: Instance, ask: Ask): Promise<Pace> {
  await askMany(pool, ask, WARM_UP);
  const before = await cpuMs(pid);
  const startedAt = performance.now();
  await askMany(pool, ask, VISITS);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await cpuMs(pid);
  const used = before === undefined || after === undefined ? undefined : (after - before) / VISITS;
  return { perSecond: VISITS / seconds, cpuMs: used };
}

async function askMany(pool: Pool, ask: Ask, count: number): Promise<void> {
  for (let asked = 0; asked < count; asked += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, () => askOnce(pool, ask)));
}

async function askOnce(pool: Pool, ask: Ask): Promise<void> {
  const { statusCode, body } = await pool.request(ask);
  const text = await body.text();
  if (statusCode !== 200 || (ask === VISIT && text.includes('"number":null')))
    throw new Fault('bug', `${ask.path} answered ${statusCode} ${text.slice(0, 200)}`);
}

function figuresOf(empty: Pace, visits: Pace): Figures {
  const share = visits.perSecond / empty.perSecond;
  return {
    visits_over_http: figure({
      value: visits.perSecond,
      unit: '/s',
      beside: { what: 'the emptiest route of the same server', value: empty.perSecond },
    }),
    share_of_the_empty_route: figure({ value: share, unit: 'x', budget: { limit: 0.3, bound: 'at least' } }),
    ...(visits.cpuMs !== undefined &&
      empty.cpuMs !== undefined && {
        cpu_of_a_visit: figure({
          value: visits.cpuMs,
          unit: 'ms',
          beside: { what: 'the emptiest route', value: empty.cpuMs },
        }),
      }),
  };
}

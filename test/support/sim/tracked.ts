/** A project with rules and a pool, as its admin writes it, and visits to its site. */
import type { ShowRequest } from '../../../src/app/numbers/show-number.js';
import type { Telephony } from '../../../src/domain/routing/telephony.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

const PROJECT = {
  sites: ['https://shop.example'],
  siteNumbers: ['+74950000000'],
  country: 'RU',
  dialplan: 'inbound',
  rules: [
    { name: 'yandex has numbers of its own', when: 'source == "yandex"', show: 'static' },
    { name: 'paid', when: 'medium == "cpc" or query.gclid != none', show: { pool: 'ads' } },
    { name: 'partner page', when: 'path contains "/partner"', show: { number: '+74951239999' } },
  ],
} as const;

export function trackedTelephony(
  project: object = {},
  pool: object = {},
): Pick<Telephony, 'projects' | 'pools'> {
  const { projects, pools } = buildTelephony(
    telephonySchema.parse({
      groups: { sales: { operators: [] } },
      callbacks: { default: { group: 'sales' } },
      projects: { shop: { ...PROJECT, ...project } },
      pools: { ads: { project: 'shop', exclusive: '2m', tail: '30m', coolDown: '10m', ...pool } },
    }),
  );
  return { projects, pools };
}

export function visit(visitorId: string, at: number, change: Partial<ShowRequest> = {}): ShowRequest {
  return {
    project: 'shop',
    visitorId,
    sessionId: `session-of-${visitorId}`,
    source: { source: 'google', medium: 'cpc', campaign: `campaign of ${visitorId}` },
    landing: { host: 'shop.example', path: '/sale', query: {} },
    page: '/sale',
    userAgentClass: 'person',
    at,
    ...change,
  };
}

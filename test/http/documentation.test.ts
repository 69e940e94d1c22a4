/** The OpenAPI document, the headers of every answer, and who may ask for what. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERRORS } from '../../src/errors.js';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const ROUTES = [
  'DELETE /v1/do-not-call/{phone}',
  'DELETE /v1/people/{phone}',
  'GET /dni.js',
  'GET /healthz',
  'GET /hooks/form/{connection}',
  'GET /hooks/messenger/{connection}',
  'GET /hooks/meta/{connection}',
  'GET /metrics',
  'GET /oauth/tiktok/callback',
  'GET /readyz',
  'GET /v1/access',
  'GET /v1/audiences',
  'GET /v1/audiences/{id}',
  'GET /v1/audiences/{id}/preview',
  'GET /v1/calls',
  'GET /v1/calls/{id}',
  'GET /v1/calls/{id}/ladder.svg',
  'GET /v1/calls/{id}/ladder.txt',
  'GET /v1/calls/{id}/recording',
  'GET /v1/calls/{id}/signalling',
  'GET /v1/calls/{id}/signalling.pcap',
  'GET /v1/calls/{id}/spoken-time',
  'GET /v1/calls/{id}/visitor',
  'GET /v1/connections',
  'GET /v1/connections/{id}/access',
  'GET /v1/connections/{id}/accounts',
  'GET /v1/connections/{id}/fetches',
  'GET /v1/control/calling',
  'GET /v1/deals',
  'GET /v1/deliveries',
  'GET /v1/deliveries/{receiver}/{event_id}',
  'GET /v1/destinations',
  'GET /v1/do-not-call',
  'GET /v1/events',
  'GET /v1/forms',
  'GET /v1/forms/{id}/fields',
  'GET /v1/leads',
  'GET /v1/leads/{id}',
  'GET /v1/leads/{id}/visitor',
  'GET /v1/live',
  'GET /v1/numbers',
  'GET /v1/numbers/audit',
  'GET /v1/numbers/explain',
  'GET /v1/operators',
  'GET /v1/people/{phone}',
  'GET /v1/phones',
  'GET /v1/projects',
  'GET /v1/quarantine',
  'GET /v1/rejections',
  'GET /v1/reports/leads',
  'GET /v1/reports/leads.csv',
  'GET /v1/reports/sources',
  'GET /v1/reports/sources.csv',
  'GET /v1/routes/explain',
  'GET /v1/softphone',
  'GET /v1/speed',
  'GET /v1/switch/servers',
  'GET /v1/telephony/versions',
  'GET /v1/trunks',
  'GET /v1/visitors/{id}',
  'PATCH /v1/calls/{id}',
  'PATCH /v1/connections/{id}',
  'PATCH /v1/connections/{id}/accounts/{account}',
  'PATCH /v1/forms/{id}',
  'PATCH /v1/operators/{id}',
  'POST /dni/v1/callback',
  'POST /dni/v1/heartbeat',
  'POST /dni/v1/session',
  'POST /hooks/form/{connection}',
  'POST /hooks/google-ads/{connection}',
  'POST /hooks/messenger/{connection}',
  'POST /hooks/meta/{connection}',
  'POST /hooks/sms/{connection}',
  'POST /hooks/tiktok/{connection}',
  'POST /hooks/vk/{connection}',
  'POST /v1/audiences',
  'POST /v1/audiences/{id}/tasks',
  'POST /v1/calls',
  'POST /v1/calls/{id}/commands',
  'POST /v1/connections',
  'POST /v1/connections/{id}/authorise',
  'POST /v1/connections/{id}/fetches',
  'POST /v1/connections/{id}/revoke',
  'POST /v1/connections/{id}/sync',
  'POST /v1/connections/{id}/test',
  'POST /v1/deals',
  'POST /v1/deliveries/{receiver}/{event_id}/resend',
  'POST /v1/do-not-call',
  'POST /v1/do-not-call/import',
  'POST /v1/forms',
  'POST /v1/leads',
  'POST /v1/leads/import',
  'POST /v1/leads/test',
  'POST /v1/leads/{id}/call',
  'POST /v1/leads/{id}/refuse',
  'POST /v1/leads/{id}/release',
  'POST /v1/leads/{id}/withdraw',
  'POST /v1/live/{id}/supervision',
  'POST /v1/numbers/audit',
  'POST /v1/numbers/import',
  'POST /v1/prompts/{id}/record',
  'POST /v1/switch/servers/{name}/drain',
  'POST /v1/switch/servers/{name}/undrain',
  'POST /v1/telephony/apply',
  'POST /v1/telephony/rollback',
  'POST /v1/visits',
  'PUT /v1/control/calling',
];
const PUBLIC = [
  'GET /dni.js',
  'GET /healthz',
  'GET /hooks/form/{connection}',
  'GET /hooks/messenger/{connection}',
  'GET /hooks/meta/{connection}',
  'GET /oauth/tiktok/callback',
  'GET /readyz',
  'POST /dni/v1/callback',
  'POST /dni/v1/heartbeat',
  'POST /dni/v1/session',
  'POST /hooks/form/{connection}',
  'POST /hooks/google-ads/{connection}',
  'POST /hooks/messenger/{connection}',
  'POST /hooks/meta/{connection}',
  'POST /hooks/sms/{connection}',
  'POST /hooks/tiktok/{connection}',
  'POST /hooks/vk/{connection}',
];

describe('the OpenAPI document', () => {
  let bed: HttpBed;
  beforeAll(async () => {
    bed = await openHttpBed({ http: { access: 'keys', dniScript: '0;' } });
  });
  afterAll(() => bed.close());

  const operations = () =>
    Object.entries(bed.document.text.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        operation,
      })),
    );

  it('lists every route, each with a summary, a good answer and the problem document', () => {
    expect(bed.document.text.openapi).toBe('3.1.0');
    expect(
      operations()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(ROUTES);
    for (const { name, operation } of operations()) {
      expect(operation.summary, name).toMatch(/\w/);
      expect(Object.keys(operation.responses), name).toContain('default');
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        name,
      ).toBe(true);
      expect(operation.responses['default']?.content?.['application/problem+json'], name).toBeDefined();
    }
  });

  it('refers only to schemas that are there, and holds none that nobody names', () => {
    const text = JSON.stringify(bed.document.text);
    const named = new Set([...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name));
    expect([...named].sort()).toEqual(Object.keys(bed.document.text.components.schemas).sort());
  });

  it('says which routes need no key, and that is what they do', async () => {
    const open = operations().filter(({ operation }) => operation.security?.length === 0);
    expect(open.map(({ name }) => name).sort()).toEqual(PUBLIC);
    for (const route of ROUTES) {
      const [method = '', path = ''] = route.split(' ');
      const url = path.replace(/\{\w+\}/g, 'x');
      const { statusCode } = await bed.request({ method: method, url });
      if (PUBLIC.includes(route)) expect(statusCode, route).not.toBe(401);
      else expect(statusCode, route).toBe(401);
    }
  });

  it('is shown at /docs to everybody', async () => {
    expect((await bed.request({ url: '/docs/' })).statusCode).toBe(200);
  });
});

describe('every answer', () => {
  let bed: HttpBed;
  beforeAll(async () => {
    bed = await openHttpBed();
  });
  afterAll(() => bed.close());

  it('forbids frames, foreign scripts and guessing of types', async () => {
    for (const url of ['/healthz', '/v1/leads', '/nothing-here', '/docs/']) {
      const { headers } = await bed.request({ url });
      expect(headers['content-security-policy'], url).toMatch(/script-src 'self';.*frame-ancestors 'none'/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      });
    }
  });

  it.each([
    ['GET', '/v1/leads/nobody', 'not-found'],
    ['GET', '/v1/nothing', 'not-found'],
    ['DELETE', '/v1/leads', 'not-found'],
    ['GET', '/v1/leads?limit=0', 'field-invalid'],
    ['GET', '/v1/calls?from=yesterday', 'field-invalid'],
    ['PUT', '/v1/control/calling', 'body-malformed'],
  ] as const)('that is a problem is a problem document: %s %s', async (method, url, code) => {
    const answer = await bed.request({
      method,
      url,
      ...(method === 'PUT' ? { headers: { 'content-type': 'application/json' }, payload: '{' } : {}),
    });
    const { status, title, remedy } = ERRORS[code];
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({
      code,
      status,
      title,
      remedy,
      type: expect.stringMatching(new RegExp(`/${code}$`)) as unknown,
    });
  });

  it('names the field that cannot be used', async () => {
    const answer = await bed.request({ url: '/v1/leads?limit=many' });
    expect(answer.json()).toMatchObject({ fields: [{ field: 'limit' }] });
    expect(answer.json().detail).toMatch(/^limit: /);
  });
});

describe('requests per minute', () => {
  it('are answered 429 with Retry-After when there were more', async () => {
    // The bed itself asks once, for the document.
    const bed = await openHttpBed({ http: { requestsPerMinute: 3 } });
    const answers = [];
    for (let count = 0; count < 3; count += 1) answers.push(await bed.request({ url: '/healthz' }));
    const last = answers.at(-1);
    expect(answers.map(({ statusCode }) => statusCode).at(-2)).toBe(200);
    expect(last?.statusCode).toBe(429);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(last?.json()).toMatchObject({ code: 'rate-limited' });
    await bed.close();
  });
});

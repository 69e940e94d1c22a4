/** Recording a prompt by phone, as far as the API goes; the call itself is in test/contract. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
});
afterAll(() => bed.close());

it.each([
  ['client-bussy', { operator: 'anna', locale: 'en' }, 404, 'not-found'],
  ['client-busy', { operator: 'anna', locale: 'xx' }, 404, 'not-found'],
  ['client-busy', { operator: 'nobody', locale: 'en' }, 422, 'field-invalid'],
  ['client-busy', { operator: 'anna' }, 422, 'field-invalid'],
  ['client-busy', { operator: 'anna', locale: 'en' }, 503, 'switch-unavailable'],
])('record %s %j is answered %i %s', async (id, payload, status, code) => {
  const answer = await bed.request({ method: 'POST', url: `/v1/prompts/${id}/record`, payload });
  expect([answer.statusCode, answer.json()]).toMatchObject([status, { code }]);
});

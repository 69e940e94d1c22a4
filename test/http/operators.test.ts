/** /v1/operators, and the call of a lead that somebody asks for. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
let name = '';
beforeAll(async () => {
  bed = await openHttpBed();
  const { items } = (await bed.request({ url: '/v1/operators' })).json() as {
    items: readonly { name: string }[];
  };
  name = items[0]?.name ?? '';
});
afterAll(() => bed.close());

it('lists who would be rung', async () => {
  const answer = await bed.request({ url: '/v1/operators' });
  expect(answer.statusCode).toBe(200);
  expect(answer.json().items[0]).toMatchObject({ duty: 'on', changed_by: 'settings', talks_today: 0 });
});

it('pauses an operator and brings him back', async () => {
  const patch = (duty: string) =>
    bed.request({ method: 'PATCH', url: `/v1/operators/${name}`, payload: { duty } });
  expect((await patch('paused')).json()).toMatchObject({
    duty: 'paused',
    standing: 'paused',
    changed_by: 'api',
  });
  expect((await patch('on')).json()).toMatchObject({ duty: 'on' });
  expect((await patch('asleep')).statusCode).toBe(422);
});

it('knows no stranger', async () => {
  const answer = await bed.request({ method: 'PATCH', url: '/v1/operators/nobody', payload: { duty: 'on' } });
  expect(answer.statusCode).toBe(404);
});

it('calls no lead that is not there', async () => {
  const answer = await bed.request({ method: 'POST', url: '/v1/leads/none/call', payload: {} });
  expect(answer.statusCode).toBe(404);
});

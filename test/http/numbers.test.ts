/** /v1/numbers over the whole application; every answer is checked against the OpenAPI document. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { trackedTelephony } from '../support/sim/tracked.js';

let bed: HttpBed;
beforeEach(async () => {
  bed = await openHttpBed();
  const set = bed.app.telephonySet();
  bed.app.swapTelephony({ ...set, telephony: { ...set.telephony, ...trackedTelephony() } });
});
afterEach(() => bed.close());

const post = (payload: object) => bed.request({ method: 'POST', url: '/v1/numbers/import', payload });
const ROW = { number: '+74951234567', project: 'shop', pool: 'ads' };

describe('/v1/numbers', () => {
  it('imports all rows or none, and a dry run writes nothing', async () => {
    const dry = await post({ rows: [ROW], dry_run: true });
    expect(dry.json()).toMatchObject({ written: 'no', refused: [] });
    const refused = await post({ rows: [ROW, { ...ROW, number: '+74951234568', pool: 'gone' }] });
    expect(refused.json()).toMatchObject({
      written: 'no',
      refused: [{ row: 2, problems: ['pool: there is no gone'] }],
    });
    expect((await bed.request({ url: '/v1/numbers' })).json().items).toEqual([]);
    expect((await post({ rows: [ROW] })).json()).toMatchObject({ written: 'yes' });
    const listed = await bed.request({ url: '/v1/numbers?state=pool' });
    expect(listed.json().items).toMatchObject([{ number: '+74951234567', state: 'pool', area: '495' }]);
  });

  it('an unknown column is told with the nearest name', async () => {
    const answer = await post({ rows: [{ ...ROW, campain: 'x' }] });
    expect(answer.statusCode).toBe(422);
    expect(answer.json().detail).toBe('there is no column campain; did you mean campaign?');
  });

  it('explains which rule a visit meets', async () => {
    const url = encodeURIComponent('https://shop.example/?utm_source=google&utm_medium=cpc');
    const answer = await bed.request({ url: `/v1/numbers/explain?url=${url}` });
    expect(answer.json()).toMatchObject({ rule: 'paid', show: 'pool', pool: 'ads', source: 'google' });
  });
});

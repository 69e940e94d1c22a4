/** Files of leads over HTTP and by the CLI: rows by their lines, repetitions, old leads, rehearsal. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type AnswerBody, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
let connection: string;
beforeAll(async () => {
  bed = await openHttpBed();
  const payload = { kind: 'site', name: 'crm', country: 'RU' };
  connection = (await bed.request({ method: 'POST', url: '/v1/connections', payload })).json().connection_id;
});
afterAll(() => bed.close());

interface Imported {
  readonly stored: number;
  readonly repeated: number;
  readonly unusable: number;
  readonly will_call: number;
  readonly rows: readonly AnswerBody[];
}

async function post(payload: string, more = ''): Promise<Imported> {
  const answer = await bed.request({
    method: 'POST',
    url: `/v1/leads/import?connection_id=${connection}&form=old${more}`,
    payload,
    headers: { 'content-type': 'text/csv' },
  });
  expect(answer.statusCode).toBe(200);
  return JSON.parse(answer.body) as Imported;
}

const today = () => new Date(bed.services.clock.now()).toISOString();

describe('a file of leads', () => {
  it('is taken row by row, each told by its line', async () => {
    const file = [
      '\uFEFFid;Phone;Name;Date;Comment',
      `a1;89165550001;Анна;${today()};"two`,
      'lines"',
      'a2;89165550002;Old;2020-01-01;x',
      'a1;89165550001;Анна;2020-01-01;again',
      ';;Nobody;;',
    ].join('\r\n');
    const imported = await post(file);
    expect(imported).toMatchObject({ stored: 2, repeated: 1, unusable: 1, will_call: 1 });
    expect(imported.rows).toMatchObject([
      { line: 3, result: 'stored', status: 'queued' },
      { line: 4, result: 'stored', status: 'not-dialled', reason: { code: 'too-old' } },
      { line: 5, result: 'repeated', why: 'the lead of line 3' },
      { line: 6, result: 'unusable' },
    ]);
    const lead = (await bed.request({ url: `/v1/leads/${imported.rows[0]?.lead_id}` })).json();
    expect(lead).toMatchObject({ source: 'import', client_name: 'Анна', form_name: 'old' });
    expect(await post(file)).toMatchObject({ stored: 0, repeated: 3, unusable: 1 });
  });

  it('is rehearsed without a trace', async () => {
    const file = 'id,Phone,Date\nb1,89165550003,2020-01-01\n';
    expect(await post(file, '&dry_run=yes&call=yes')).toMatchObject({
      stored: 1,
      will_call: 1,
      rows: [{ lead_id: null }],
    });
    expect(await post(file, '&dry_run=yes')).toMatchObject({ stored: 1, will_call: 0 });
    expect(await post(file)).toMatchObject({ stored: 1, rows: [{ status: 'not-dialled' }] });
  });

  it('calls old leads when that is asked for', async () => {
    expect(await post('id,Phone,Date\nc1,89165550004,2020-01-01\n', '&call=yes')).toMatchObject({
      will_call: 1,
    });
    expect(await post('id,Phone,Date\nc2,89165550005,2020-01-01\n', '&old_after_days=30')).toMatchObject({
      will_call: 0,
    });
  });

  it('that is no table is refused', async () => {
    const answer = await bed.request({
      method: 'POST',
      url: `/v1/leads/import?connection_id=${connection}&form=old`,
      payload: 'id,"Phone\n1,2',
      headers: { 'content-type': 'text/csv' },
    });
    expect(answer.json()).toMatchObject({ status: 400, code: 'body-malformed' });
  });
});

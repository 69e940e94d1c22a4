/** Connections and forms. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';
import { aForm, branded } from '../support/store/samples.js';

let bed: HttpBed;
beforeAll(async () => {
  bed = await openHttpBed();
});
afterAll(() => bed.close());

const add = (payload: object) => bed.request({ method: 'POST', url: '/v1/connections', payload });
const change = (url: string, payload: object) => bed.request({ method: 'PATCH', url, payload });

describe('a connection', () => {
  it('is added with defaults, listed and changed', async () => {
    const made = await add({ kind: 'tiktok', name: 'main', secret_ref: 'env:APP_SECRET', tags: ['ads'] });
    expect(made.statusCode).toBe(201);
    const { connection_id: id } = made.json();
    expect(made.json()).toMatchObject({
      enabled: 'on',
      secret_ref: 'env:APP_SECRET',
      hook_path: `/hooks/tiktok/${id}`,
      country: null,
    });
    const changed = await change(`/v1/connections/${id}`, {
      enabled: 'off',
      whisper_template: 'From {{ form }}',
    });
    expect(changed.json()).toMatchObject({
      enabled: 'off',
      whisper_template: 'From {{ form }}',
      tags: ['ads'],
    });
    expect((await bed.request({ url: '/v1/connections' })).json().items).toEqual([changed.json()]);
  });

  it('of another kind posts its leads to /v1/leads', async () => {
    const made = (await add({ kind: 'site', name: 'shop' })).json();
    expect(made.hook_path).toBe('/v1/leads');
    const posted = await bed.request({
      method: 'POST',
      url: made.hook_path,
      payload: { phone: '+79165550001', connection_id: made.connection_id },
    });
    expect(posted.statusCode).toBe(202);
  });

  it.each([
    ['a name twice', { kind: 'tiktok', name: 'main' }, 409, 'conflict'],
    ['an unknown kind', { kind: 'tikotk', name: 'x' }, 422, 'field-invalid'],
    ['an unknown field', { kind: 'site', name: 'x', colour: 'red' }, 422, 'field-invalid'],
    [
      'a secret instead of where it is',
      { kind: 'tiktok', name: 'x', secret_ref: 'abc123' },
      422,
      'field-invalid',
    ],
    [
      'a template with an unknown name',
      { kind: 'site', name: 'x', whisper_template: '{{ frm }}' },
      422,
      'template-invalid',
    ],
  ])('with %s is refused', async (_what, payload, status, code) => {
    expect((await add(payload)).json()).toMatchObject({ status, code });
  });

  it('that is not there cannot be changed', async () => {
    expect((await change('/v1/connections/none', { enabled: 'off' })).statusCode).toBe(404);
  });
});

describe('a form', () => {
  let id: string;
  beforeAll(async () => {
    const { connection_id: connectionId } = (await add({ kind: 'tiktok', name: 'forms' })).json();
    id = 'form-1';
    await bed.services.store.forms.add(aForm({ connectionId: branded(connectionId) }));
    const listed = (await bed.request({ url: `/v1/forms?connection_id=${connectionId}` })).json().items;
    expect(listed).toMatchObject([
      { form_id: id, external_id: '7190000000000000001', static_utm: { utm_source: 'tiktok' } },
    ]);
  });

  it('is set, and keeps what was not named', async () => {
    const set = await change(`/v1/forms/${id}`, {
      group: 'sales',
      display_name: 'Весна',
      static_utm: { utm_campaign: 'x' },
    });
    expect(set.json()).toMatchObject({
      group: 'sales',
      display_name: 'Весна',
      static_utm: { utm_campaign: 'x' },
      enabled: 'on',
    });
    expect((await change(`/v1/forms/${id}`, { enabled: 'off' })).json()).toMatchObject({
      group: 'sales',
      enabled: 'off',
    });
  });

  it('can be made before its first lead, once, for a connection that is there', async () => {
    const { connection_id: connection } = (await add({ kind: 'tiktok', name: 'early' })).json();
    const make = (payload: object) => bed.request({ method: 'POST', url: '/v1/forms', payload });
    const body = { connection_id: connection, external_id: '42', display_name: 'Spring', group: 'sales' };
    const made = await make(body);
    expect(made.statusCode).toBe(201);
    expect(made.json()).toMatchObject({ ...body, enabled: 'on', policy: null });
    expect((await make(body)).json()).toMatchObject({ status: 409, code: 'conflict' });
    expect((await make({ ...body, connection_id: 'none' })).statusCode).toBe(404);
    expect((await make({ ...body, external_id: '43', group: 'sails' })).statusCode).toBe(422);
  });

  it('names what it cannot be set to, with the nearest name', async () => {
    const refused = await change(`/v1/forms/${id}`, { group: 'sails', policy: 'defualt' });
    expect(refused.json()).toMatchObject({
      status: 422,
      fields: [
        { field: 'group', problem: expect.stringContaining('sales') as unknown },
        { field: 'policy', problem: expect.stringContaining('default') as unknown },
      ],
    });
    expect((await change(`/v1/forms/${id}`, { external_id: '1' })).statusCode).toBe(422);
    expect((await change('/v1/forms/none', { enabled: 'off' })).statusCode).toBe(404);
  });
});

/** Forms of sites over HTTP: secrets and signatures, every content type, what is answered and what is stored. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_SECRET, openHttpBed, type HttpBed } from '../support/http/http-bed.js';

let bed: HttpBed;
let hook: string;
beforeAll(async () => {
  bed = await openHttpBed();
  const payload = { kind: 'site', name: 'shop', secret_ref: 'env:APP_SECRET', country: 'RU' };
  const made = await bed.request({ method: 'POST', url: '/v1/connections', payload });
  hook = made.json().hook_path;
});
afterAll(() => bed.close());

const post = (payload: string, type: string, token = APP_SECRET) =>
  bed.request({
    method: 'POST',
    url: `${hook}?token=${token}`,
    payload,
    headers: { 'content-type': type },
  });

describe('a site form', () => {
  it.each([
    ['JSON', 'application/json', '{"Телефон":"8 916 100-00-01","submission_id":"j1"}'],
    ['urlencoded', 'application/x-www-form-urlencoded', 'Phone=8+916+100-00-02&tranid=u1'],
    [
      'multipart',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="your-tel"\r\n\r\n89161000003\r\n--b--\r\n',
    ],
  ])('may come as %s', async (_what, type, body) => {
    const answer = await post(body, type);
    expect(answer.json().results).toMatchObject([{ result: 'stored', status: 'queued' }]);
    const lead = (await bed.request({ url: `/v1/leads/${answer.json().results[0]?.lead_id}` })).json();
    expect(lead).toMatchObject({
      source: 'form',
      phone: expect.stringMatching(/^\+7916100000\d$/) as string,
    });
    expect(lead).toMatchObject({ push: { body, signature: 'token' } });
  });

  it('is signed by builders that can', async () => {
    const payload = '{"form_response":{"form_id":"f","token":"t1","answers":[]},"phone":"1"}';
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(payload).digest('base64')}`;
    const sent = { method: 'POST' as const, url: hook, payload };
    expect(
      (await bed.request({ ...sent, headers: { 'typeform-signature': signature } })).statusCode,
    ).not.toBe(401);
    expect((await bed.request({ ...sent, headers: { 'typeform-signature': 'sha256=x' } })).statusCode).toBe(
      401,
    );
  });

  it('without its secret is refused, and nothing is stored', async () => {
    const answer = await post('phone=89161000009&tranid=no', 'text/plain', 'wrong');
    expect(answer.json()).toMatchObject({ status: 401, code: 'signature-invalid' });
    const { items } = (await bed.request({ url: '/v1/leads?limit=500' })).json();
    expect(items.map(({ external_id }) => external_id)).not.toContain('no');
  });

  it('of a connection that has no secret is never believed', async () => {
    const made = await bed.app.addConnection({ kind: 'site', name: 'open' });
    const url = `/hooks/form/${made.id}?token=`;
    expect((await bed.request({ method: 'POST', url, payload: '{}' })).statusCode).toBe(401);
  });

  it('that comes again is known by the builder’s id', async () => {
    const first = (await post('phone=89161000004&tranid=r1', 'text/plain')).json().results[0];
    const again = (await post('phone=89161000004&tranid=r1', 'text/plain')).json().results[0];
    expect(again).toMatchObject({ result: 'repeated', lead_id: first?.lead_id });
  });

  it.each([
    ['broken JSON', '{"phone":', 400],
    ['nothing', '', 422],
  ])('of %s is refused', async (_what, body, status) => {
    expect((await post(body, 'application/json')).statusCode).toBe(status);
  });

  it('makes its form, whose settings hold for the next one', async () => {
    await post('phone=89161000005&formid=f9&formname=Doors&Kam=601123456', 'text/plain');
    const { items } = (await bed.request({ url: '/v1/forms' })).json();
    const form = items.find(({ external_id }) => external_id === 'f9') as unknown as { form_id: string };
    const payload = { field_map: { Kam: 'phone' }, country: 'CZ', static_utm: { utm_source: 'doors' } };
    await bed.request({ method: 'PATCH', url: `/v1/forms/${form.form_id}`, payload });
    const { results } = (await post('Kam=601+123+456&formid=f9', 'text/plain')).json();
    expect((await bed.request({ url: `/v1/leads/${results[0]?.lead_id}` })).json()).toMatchObject({
      phone: '+420601123456',
      form_name: 'Doors',
    });
  });

  it('of a builder that tests the address is acknowledged', async () => {
    expect((await post('test=test', 'application/x-www-form-urlencoded')).json().results).toMatchObject([
      { result: 'acknowledged', lead_id: null },
    ]);
  });

  it('was stored before its entries were: the job brings in what a dead process left', async () => {
    const connection = await bed.app.findConnection(['site'], 'shop');
    const { store, clock } = bed.services;
    const id = 'push-left' as never;
    await store.pushes.add({
      id,
      connectionId: connection?.id as never,
      receivedAt: clock.now(),
      body: 'phone=89161000006&tranid=left',
      signature: 'token',
      results: [],
    });
    const job = {
      id: 'j' as never,
      task: 'import-push',
      payload: { pushId: id },
      runAt: 0,
      tries: 1,
      maxTries: 2,
    } as const;
    expect(await bed.app.tasks['import-push'](job)).toEqual({ kind: 'done' });
    expect(await store.pushes.byId(id)).toMatchObject({
      results: [{ result: 'stored', externalId: 'left' }],
    });
  });
});

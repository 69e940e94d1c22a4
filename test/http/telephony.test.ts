/** Versions of the telephony by the API: files taken into use, refused whole, tried on some callers, taken back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHttpBed, type HttpBed } from '../support/http/http-bed.js';

const ROOT = resolve(import.meta.dirname, '../..');
const GOOD = `
paths: { dialplans: ${join(ROOT, 'dialplans')}, prompts: ${join(ROOT, 'prompts')} }
trunks: { carrier: { gateways: [{ host: 192.0.2.1 }] } }
groups: { sales: { operators: [], ring: 30s } }
callbacks: { default: { group: sales, trunk: carrier } }
`;

let bed: HttpBed;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtrace-telephony-'));
  bed = await openHttpBed({ source: { directory: folder, environment: {} } });
});
afterAll(async () => {
  await bed.close();
  await rm(folder, { recursive: true });
});

const write = (text: string): Promise<void> => writeFile(join(folder, 'telephony.yaml'), text);
const apply = (payload: object = {}) => bed.request({ method: 'POST', url: '/v1/telephony/apply', payload });
const ready = async () => (await bed.request({ url: '/readyz' })).json().checks as unknown;
const ringSeconds = (caller?: string): number | undefined =>
  (caller === undefined ? bed.app.telephonySet() : bed.app.telephonySets().at(-1))?.telephony.groups['sales']
    ?.ringSeconds;

describe('the telephony', () => {
  it('begins as version 1, by the start', async () => {
    const { items, state } = (await bed.request({ url: '/v1/telephony/versions' })).json() as never as {
      items: object[];
      state: object;
    };
    expect(items).toMatchObject([{ version: 1, source: 'start', percent: 100, changes: [] }]);
    expect(state).toEqual({ ok: true, detail: 'version 1' });
  });

  it('takes changed files as a new version, and says what changed', async () => {
    await write(GOOD);
    const answer = await apply();
    expect(answer.json()).toMatchObject({ version: 2, source: 'api', author: 'local', percent: 100 });
    expect((answer.json() as never as { changes: string[] }).changes).toEqual(
      expect.arrayContaining(['~ groups.sales', '- operators.anna']),
    );
    expect(ringSeconds()).toBe(30);
  });

  it('refuses files with a mistake whole: every place is told, the last good set stays, and the counter counts', async () => {
    await write(
      GOOD.replace('trunks: { carrier: { gateways: [{ host: 192.0.2.1 }] } }', 'trunks: {}').replace(
        'ring: 30s',
        'ring: 40s, x: 1',
      ),
    );
    const answer = await apply();
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({ code: 'telephony-refused' });
    expect(answer.json().detail).toContain('telephony.yaml:4:');
    expect(ringSeconds()).toBe(30);
    expect(await ready()).toMatchObject({
      telephony: { ok: false, detail: expect.stringContaining('version 2 stays') as string },
    });
    const { body } = await bed.request({ url: '/metrics' });
    expect(body.split('\n').filter((line) => line.startsWith('dialtrace_telephony'))).toEqual([
      'dialtrace_telephony_refused_total 1',
      'dialtrace_telephony_version 2',
    ]);
  });

  it('refuses a plan that needs a trunk which the same set takes away', async () => {
    await write(GOOD.replace('trunks: { carrier: { gateways: [{ host: 192.0.2.1 }] } }', 'trunks: {}'));
    expect((await apply()).json().detail).toContain('there is no trunk "carrier"');
  });

  it('tries a set on some callers first', async () => {
    await write(GOOD.replace('30s', '50s'));
    expect((await apply({ percent: 5 })).json()).toMatchObject({ version: 3, percent: 5 });
    expect(ringSeconds()).toBe(30);
    expect(ringSeconds('of the canary')).toBe(50);
    expect(await ready()).toMatchObject({
      telephony: { ok: true, detail: 'version 3 for 5 % of the callers' },
    });
  });

  it('goes back, and the canary ends', async () => {
    const back = await bed.request({ method: 'POST', url: '/v1/telephony/rollback', payload: {} });
    expect(back.json()).toMatchObject({ version: 4, source: 'rollback' });
    expect(bed.app.telephonySets()).toHaveLength(1);
    const first = await bed.request({
      method: 'POST',
      url: '/v1/telephony/rollback',
      payload: { version: 1 },
    });
    expect(first.json()).toMatchObject({ version: 5 });
    expect(ringSeconds()).toBe(20);
    const none = await bed.request({
      method: 'POST',
      url: '/v1/telephony/rollback',
      payload: { version: 77 },
    });
    expect(none.json()).toMatchObject({ code: 'not-found' });
  });
});

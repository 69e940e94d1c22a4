/** Attribution, costs and reports by the command line, over a store on disk. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attribution } from '../../src/domain/attribution/attribution.js';
import type { CallId, E164 } from '../../src/domain/values/ids.js';
import { openStore } from '../../src/store/open-store.js';
import { systemClock } from '../../src/telemetry/clock.js';
import { makeConfigFolder, type ConfigFolder } from '../support/http/config-folder.js';
import { runCli } from '../support/http/run-cli.js';
import { countingIds } from '../support/store/backends.js';
import { did } from '../support/store/numbers.js';

const DAY = 86_400_000;
const TELEPHONY = `
operators: { anna: {} }
groups: { sales: { operators: [anna], country: RU } }
callbacks: { default: { group: sales } }
destinations:
  crm: { kind: crm-webhook, on: [key.pressed, call.ended], url: 'https://crm.example/hook?key=1', body: { tel: '{{ phone }}', why: '{{ key }}' } }
  ga: { kind: ga4, on: [deal.changed], measurementId: G-ABC123, apiSecret: env:NO_SUCH_SECRET }
projects: { shop: { sites: ['https://shop.example'], siteNumbers: ['+74950000000'], country: RU, rules: [] } }
`;
/** Steers a terminal, and is a formula after that. */
const EVIL = '\u001b]0;owned\u0007=1+1<script>';

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
  await folder.write('telephony.yaml', TELEPHONY);
  const store = await openStore({
    path: folder.store,
    durability: 'normal',
    clock: systemClock,
    ids: countingIds(),
  });
  const at = systemClock.now() - DAY;
  for (const [index, campaign] of ['spring', 'spring', EVIL].entries())
    await store.attributions.add(callOf(index, at, campaign));
  await store.close();
});
afterAll(() => folder.remove());

function callOf(index: number, at: number, campaign: string): Attribution {
  const google = { source: 'google', medium: 'cpc', campaign };
  return {
    callId: `c${index}` as CallId,
    caller: '+79160000001' as E164,
    at,
    number: did(1),
    project: 'shop',
    outcome: 'attributed',
    confidence: 0.9,
    candidates: [],
    touches: [
      { at: at - DAY, ...google },
      { at: at - 1000, source: 'direct', medium: 'none' },
    ],
    labels: google,
    model: 'last-non-direct',
    target: index === 0 ? 'yes' : 'no',
  };
}

const run = (...args: string[]) => runCli(args, { cwd: folder.directory });

describe('the command line', { timeout: 60_000 }, () => {
  it('tells how many calls another model would credit elsewhere, and changes nothing', async () => {
    const { json, exitCode } = await run(
      'attribution',
      'diff',
      '--project',
      'shop',
      '--model',
      'last',
      '--json',
    );
    expect(exitCode).toBe(0);
    expect(json).toMatchObject({
      calls: 3,
      changed: 3,
      moves: { 'google / cpc / spring → direct / none': 2 },
    });
  });

  it('does not learn from three calls', async () => {
    const { json } = await run('attribution', 'learn', '--project', 'shop', '--json');
    expect(json).toMatchObject({ kind: 'too-few-calls', calls: 3 });
  });

  it('reports sources with costs, as a table that steers no terminal and a file that runs nothing', async () => {
    const day = new Date(systemClock.now() - DAY).toISOString().slice(0, 10);
    const costs = join(folder.directory, 'costs.csv');
    await writeFile(
      costs,
      `project,day,source,medium,campaign,amount,currency\nshop,${day},google,cpc,spring,30,EUR\n`,
    );
    expect((await run('costs', 'import', costs, '--json')).json).toMatchObject({ ok: true, written: 1 });
    const csv = join(folder.directory, 'report.csv');
    const { json } = await run('report', 'sources', '--by', 'campaign', '--csv', csv, '--json');
    expect(json).toMatchObject({
      project: 'shop',
      items: [
        {},
        { campaign: 'spring', calls: '2', costs: '30 EUR', cost_per_call: '15', cost_per_target_call: '30' },
      ],
      total: { calls: '3', target_calls: '1' },
    });
    expect(await readFile(csv, 'utf8')).not.toMatch(/(^|,)[=+@]/m);
    const table = await run('report', 'sources', '--by', 'campaign');
    expect(table.stdout).toContain('=1+1<script>');
    expect(table.stdout).not.toContain('\u001b]0');
  });

  it('imports deals, all rows or none, and reports their revenue', async () => {
    const deals = join(folder.directory, 'deals.csv');
    const at = new Date(systemClock.now() - 1000).toISOString();
    const head = 'external_id;status;amount;currency;at;phone';
    await writeFile(deals, `${head}\nd1;won;90;EUR;${at};+79160000001\nd2;won;x;EUR;${at};\n`);
    const refused = await run('deals', 'import', deals, '--json');
    expect(refused.exitCode).toBe(1);
    expect(refused.json).toMatchObject({ ok: false, added: 0, refused: [{ row: 2 }] });
    await writeFile(deals, `${head}\nd1;won;90;EUR;${at};+79160000001\nd2;open;;;${at};\n`);
    expect((await run('deals', 'import', deals, '--json')).json).toMatchObject({ added: 2, matched: 1 });
    const { json } = await run('report', 'sources', '--json');
    expect(json).toMatchObject({ total: { deals: '2', sales: '1', revenue: '90 EUR', roi: '2' } });
  });

  it('prints to the letter what a destination would be told, and nothing leaves', async () => {
    const { stdout, exitCode } = await run('destination', 'test', 'crm', '--dry-run');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('POST https://crm.example/hook?key=1\n');
    expect(stdout).toContain('\n{"tel":"+447700900123","why":"*5"}\n');
    const ga = await run('destination', 'test', 'ga', '--dry-run', '--json');
    expect(ga.json).toMatchObject({
      ok: true,
      kind: 'ga4',
      event: 'deal.changed',
      verdict: { kind: 'delivered' },
    });
  });
});

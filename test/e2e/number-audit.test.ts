/** Own numbers called through a carrier that brings one back, mixes one up, and has lost one. */
import { tmpdir } from 'node:os';
import { afterEach, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import type { UserAgent } from '../../src/sip/api.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { runCli } from '../support/http/run-cli.js';
import { startProgram, type Program } from '../support/sipp/program.js';

const opened: { program?: Program; carrier?: UserAgent } = {};
afterEach(async () => {
  await opened.program?.close();
  await opened.carrier?.close();
});

const DIDS = ['+4930111111', '+4930222222', '+4930333333'] as E164[];

/** A carrier that brings the first number back, the second as another one, and knows no third. */
async function open(routes: Record<string, string>, settings: object = {}): Promise<Program> {
  const carrier = await openUserAgent({
    bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    user: 'carrier',
  });
  opened.carrier = carrier;
  const port = carrier.stack.locals[0]?.port ?? 0;
  const program = await startProgram({
    telephony: {
      trunks: { carrier: { gateways: [{ host: '127.0.0.1', port }] } },
    },
    inbound: { end: { do: 'hangup' } },
    settings,
  });
  opened.program = program;
  carrier.onInvite((call) => {
    const dialled = /^sip:([^@]+)@/.exec(call.request.uri)?.[1] ?? '';
    const brought = routes[dialled];
    if (brought === undefined || brought === 'failing') {
      call.reject(brought === undefined ? 404 : 503);
      return;
    }
    const back = carrier.invite({
      uri: `sip:${brought}@${program.sip}`,
      from: (headerOf(call.request, 'From') ?? '').replace(/;tag=.*/, ''),
      body: call.request.body,
    });
    void back.outcome.then((outcome) =>
      call.reject(outcome.kind === 'failed' ? outcome.response.status : 500),
    );
  });
  return program;
}

const ROUTES = { '+4930111111': '030111111', '+4930222222': '4930999999' };

it('tells which numbers arrive, which come as others, and which are dead; no call is stored', async () => {
  const routes: Record<string, string> = { ...ROUTES };
  const { dialtrace } = await open(routes);
  const wish = { trunk: 'carrier', callerId: '+4930000009' as E164 };
  const audited = await dialtrace.app.auditNumbers({ ...wish, numbers: DIDS });
  expect(audited).toMatchObject([
    {
      number: DIDS[0],
      result: 'arrived',
      arrivedAs: '030111111',
      arrivedOn: 'carrier',
      plan: 'inbound-test',
    },
    { number: DIDS[1], result: 'mis-routed', arrivedAs: '4930999999' },
    { number: DIDS[2], result: 'dead', sipStatus: 404 },
  ]);
  expect((await dialtrace.services.store.calls.list({ limit: 10 })).items).toEqual([]);
  routes[DIDS[0] ?? ''] = 'failing';
  const [unknown] = await dialtrace.app.auditNumbers({ ...wish, numbers: DIDS.slice(0, 1) });
  // The trunk fails: that is not the number's fault, and what was found of it stays.
  expect(unknown).toMatchObject({ result: 'not-tried' });
  expect(await dialtrace.services.store.numberAudits.list()).toMatchObject(
    ['arrived', 'mis-routed', 'dead'].map((result) => ({ result })),
  );
}, 60_000);

it('goes through every number at night and tells what broke and what came back, once', async () => {
  const routes: Record<string, string> = { ...ROUTES };
  const { dialtrace } = await open(routes, {
    audit: { trunks: ['gone', 'carrier'], callerId: '+4930000009' },
  });
  const { app, services } = dialtrace;
  const told: string[] = [];
  services.events.subscribe(({ name, payload }) => {
    if (name.startsWith('number.'))
      told.push(`${name} ${String(payload['number'])} ${String(payload['result'])}`);
  });
  const owned = { project: 'shop', type: 'geographic', labels: {} } as const;
  const { numbers } = services.store;
  for (const number of DIDS) await numbers.put({ ...owned, number, state: 'static' });
  await numbers.put({ ...owned, number: '+4930444444' as E164, state: 'disabled' });
  expect(await app.auditOwnNumbers()).toEqual({ audited: 3, flagged: 2 });
  expect(told).toEqual([`number.flagged ${DIDS[1]} mis-routed`, `number.flagged ${DIDS[2]} dead`]);
  routes[DIDS[2] ?? ''] = '+4930333333';
  expect(await app.auditOwnNumbers()).toEqual({ audited: 3, flagged: 1 });
  expect(told.slice(2)).toEqual([`number.cleared ${DIDS[2]} arrived`]);
  const run = await runCli(['--json', 'numbers', 'audit', ...DIDS.slice(0, 2), '--url', dialtrace.url], {
    cwd: tmpdir(),
  });
  expect(run.exitCode).toBe(1);
  expect(run.json).toMatchObject({
    ok: false,
    audited: 2,
    flagged: 1,
    items: [{ result: 'arrived' }, { result: 'mis-routed' }],
  });
  await app.stopCalling('boss');
  expect(await app.auditOwnNumbers()).toBe('off');
}, 60_000);

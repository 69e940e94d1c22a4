/** Own numbers called through a carrier that brings one back, mixes one up, and has lost one. */
import { afterEach, expect, it } from 'vitest';
import type { E164 } from '../../src/domain/values/ids.js';
import { openUserAgent } from '../../src/sip/user-agent.js';
import type { UserAgent } from '../../src/sip/api.js';
import { headerOf } from '../../src/wire/sip-message.js';
import { startProgram, type Program } from '../support/sipp/program.js';

const opened: { program?: Program; carrier?: UserAgent } = {};
afterEach(async () => {
  await opened.program?.close();
  await opened.carrier?.close();
});

it('tells which numbers arrive, which come as others, and which are dead; no call is stored', async () => {
  const carrier = await openUserAgent({
    bind: [{ protocol: 'udp', host: '127.0.0.1', port: 0 }],
    user: 'carrier',
  });
  opened.carrier = carrier;
  const program = await startProgram({
    telephony: {
      trunks: {
        carrier: { gateways: [{ host: '127.0.0.1', port: carrier.stack.locals[0]?.port ?? 0 }] },
      },
    },
    inbound: { end: { do: 'hangup' } },
  });
  opened.program = program;
  const { dialtrace } = program;
  const routes: Readonly<Record<string, string>> = {
    '+4930111111': '030111111',
    '+4930222222': '4930999999',
  };
  carrier.onInvite((call) => {
    const dialled = /^sip:([^@]+)@/.exec(call.request.uri)?.[1] ?? '';
    const brought = routes[dialled];
    if (brought === undefined) {
      call.reject(404);
      return;
    }
    const back = carrier.invite({
      uri: `sip:${brought}@127.0.0.1:${String(dialtrace.embedded?.sipPort)}`,
      from: (headerOf(call.request, 'From') ?? '').replace(/;tag=.*/, ''),
      body: call.request.body,
    });
    void back.outcome.then((outcome) =>
      call.reject(outcome.kind === 'failed' ? outcome.response.status : 500),
    );
  });
  const audited = await dialtrace.app.auditNumbers({
    trunk: 'carrier',
    callerId: '+4930000009' as E164,
    numbers: ['+4930111111', '+4930222222', '+4930333333'] as E164[],
  });
  expect(audited).toMatchObject([
    {
      number: '+4930111111',
      result: 'arrived',
      arrivedAs: '030111111',
      arrivedOn: 'carrier',
      plan: 'inbound-test',
    },
    { number: '+4930222222', result: 'mis-routed', arrivedAs: '4930999999' },
    { number: '+4930333333', result: 'dead', sipStatus: 404 },
  ]);
  expect((await dialtrace.services.store.calls.list({ limit: 10 })).items).toEqual([]);
}, 30_000);

import { describe, expect, it } from 'vitest';
import type { AppContext } from '../../../src/app/context.js';
import type { CallActor } from '../../../src/app/calls/call-registry.js';
import { requestTransfer, type TransferWish } from '../../../src/app/calls/orders/request-transfer.js';
import type { CallDirection } from '../../../src/domain/calls/call.js';
import type { LegId } from '../../../src/domain/values/ids.js';
import { buildTelephony } from '../../../src/settings/telephony.js';
import { telephonySchema } from '../../../src/settings/telephony-schema.js';

interface Told {
  readonly call: string;
  readonly ref: string;
  readonly wish: TransferWish;
}

/** One call of the registry, with one leg: `leg-<id>`, of this party. */
function fakeCall(
  id: string,
  about: {
    readonly party: string;
    readonly direction: CallDirection;
    readonly clientNumber?: string;
  },
  told: Told[],
): CallActor {
  return {
    callId: id,
    describe: () => about,
    legNamed: (leg: LegId) => (leg === `leg-${id}` ? { ref: `${id}-ref`, ...about } : undefined),
    transfer: (ref: string, _request: unknown, wish: TransferWish) => told.push({ call: id, ref, wish }),
  } as unknown as CallActor;
}

function ask(from: 'client' | 'consultation', replaces: string | undefined, otherParty = 'anna') {
  const told: Told[] = [];
  const answers: unknown[] = [];
  const client = fakeCall('client', { party: 'anna', direction: 'inbound', clientNumber: '+49' }, told);
  const consultation = fakeCall('consultation', { party: otherParty, direction: 'outbound' }, told);
  const context = {
    calls: { all: () => [client, consultation] },
    set: () => ({ telephony: { operators: {} } }),
  } as unknown as AppContext;
  const call = from === 'client' ? client : consultation;
  requestTransfer(
    context,
    { call, ref: `${from}-ref`, party: 'anna' },
    {
      kind: 'transfer-requested',
      at: 1,
      target: 'sip:102@pbx',
      ...(replaces !== undefined && { replaces: replaces as LegId }),
      answer: (status) => void answers.push(status),
      progress: (status) => void answers.push(status),
    },
  );
  return { told, answers };
}

/** anna asks the colleague or number that she wrote to be rung instead of her. */
async function askBlind(about: {
  readonly inside?: string;
  readonly target?: string;
  readonly dialOut?: object;
  readonly party?: string;
  readonly flag?: string;
}) {
  const { inside, target = `sip:${inside}@pbx`, dialOut, party = 'anna' } = about;
  const told: Told[] = [];
  const answers: unknown[] = [];
  const counted: unknown[] = [];
  const call = fakeCall('client', { party, direction: 'inbound' }, told);
  const telephony = buildTelephony(
    telephonySchema.parse({
      operators: { anna: {}, boris: { extension: '102' } },
      groups: { sales: { operators: ['anna', 'boris'], country: 'DE', ...(dialOut && { dialOut }) } },
    }),
  );
  const listed = { reason: 'asked us to', by: 'anna' };
  const context = {
    set: () => ({ telephony }),
    ports: {
      clock: { now: () => 1 },
      logger: { warn: () => undefined },
      metrics: { count: (_name: string, labels: unknown) => counted.push(labels) },
      store: {
        flags: { get: () => Promise.resolve(about.flag) },
        doNotCall: {
          entry: (phone: string) => Promise.resolve(phone === '+4930999999' ? listed : undefined),
        },
      },
    },
  } as unknown as AppContext;
  const request = {
    kind: 'transfer-requested',
    at: 1,
    target,
    ...(inside !== undefined && { inside }),
    answer: (status: unknown) => void answers.push(status),
    progress: (status: unknown) => void answers.push(status),
  } as const;
  requestTransfer(context, { call, ref: 'client-ref', party }, request);
  await new Promise((resolve) => setImmediate(resolve));
  return { wishes: told.map(({ wish }) => wish), answers, counted };
}

describe('a blind transfer', () => {
  const dialOut = { trunk: 'carrier' };

  it('to a colleague, or of somebody who is no operator, is for the dialplan', async () => {
    expect((await askBlind({ inside: '102' })).wishes).toEqual([{}]);
    expect((await askBlind({ inside: 'boris' })).wishes).toEqual([{}]);
    expect((await askBlind({ target: 'sip:x@elsewhere' })).wishes).toEqual([{}]);
    expect((await askBlind({ target: 'sip:+4930123456@pbx', party: '+4940' })).wishes).toEqual([{}]);
  });

  it.each([{ inside: '030 123456' }, { inside: '+4930123456' }, { target: 'sip:+4930123456@elsewhere' }])(
    'to a number goes out as dialling out has it: %o',
    async (asked) => {
      const { wishes, answers } = await askBlind({ ...asked, dialOut });
      expect(wishes).toEqual([{ number: { kind: 'number', number: '+4930123456', trunk: 'carrier' } }]);
      expect(answers).toEqual([]);
    },
  );

  it.each([
    ['without dialOut', { inside: '030123456' }, 403, 'not-allowed'],
    ['abroad', { inside: '+33142685300', dialOut }, 403, 'destination-denied'],
    ['what is no number', { inside: 'nobody', dialOut }, 404, 'no-such-number'],
  ] as const)('is declined %s, with the reason in a metric', async (_what, asked, sipStatus, why) => {
    const { wishes, answers, counted } = await askBlind(asked);
    expect([wishes, answers]).toEqual([[], ['accepted', sipStatus]]);
    expect(counted).toEqual([{ why }]);
  });

  it('heeds the do-not-call list and the emergency stop', async () => {
    expect((await askBlind({ inside: '030999999', dialOut })).answers).toEqual(['accepted', 403]);
    expect((await askBlind({ inside: '030123456', dialOut, flag: '{}' })).answers).toEqual(['accepted', 503]);
  });
});

describe('which call a REFER is about', () => {
  it('blind: the one whose leg asks', () => {
    expect(ask('client', undefined).told).toEqual([{ call: 'client', ref: 'client-ref', wish: {} }]);
  });

  it('attended within one call: its other leg', () => {
    expect(ask('client', 'leg-client').told).toEqual([
      { call: 'client', ref: 'client-ref', wish: { replaces: 'client-ref' } },
    ]);
  });

  it.each([
    ['client', 'leg-consultation'],
    ['consultation', 'leg-client'],
  ] as const)('asked in the %s: the one with the outside party goes on', (from, replaces) => {
    expect(ask(from, replaces).told).toEqual([
      {
        call: 'client',
        ref: 'client-ref',
        wish: { consulted: { call: 'consultation', leg: 'consultation-ref' } },
      },
    ]);
  });

  it('a dialog of somebody else is forbidden, an unknown one not found', () => {
    expect(ask('client', 'leg-consultation', 'boris')).toEqual({ told: [], answers: ['accepted', 403] });
    expect(ask('client', 'leg-gone')).toEqual({ told: [], answers: ['accepted', 481] });
  });
});

import { describe, expect, it } from 'vitest';
import type { AppContext } from '../../../src/app/context.js';
import type { CallActor } from '../../../src/app/calls/call-registry.js';
import { requestTransfer, type TransferWish } from '../../../src/app/calls/orders/request-transfer.js';
import type { CallDirection } from '../../../src/domain/calls/call.js';
import type { LegId } from '../../../src/domain/values/ids.js';

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
    readonly mediaNode?: string;
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

function ask(
  from: 'client' | 'consultation',
  replaces: string | undefined,
  otherParty = 'anna',
  mediaNode = 'one',
) {
  const told: Told[] = [];
  const answers: unknown[] = [];
  const client = fakeCall('client', { party: 'anna', direction: 'inbound', clientNumber: '+49' }, told);
  const consultation = fakeCall(
    'consultation',
    { party: otherParty, direction: 'outbound', mediaNode },
    told,
  );
  const context = { calls: { all: () => [client, consultation] } } as unknown as AppContext;
  const call = from === 'client' ? client : consultation;
  requestTransfer(
    context,
    { call, ref: `${from}-ref`, party: 'anna', mediaNode: 'one' },
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

  it('a dialog of somebody else is forbidden, one on another media server out of reach, an unknown one not found', () => {
    expect(ask('client', 'leg-consultation', 'boris')).toEqual({ told: [], answers: ['accepted', 403] });
    expect(ask('client', 'leg-consultation', 'anna', 'two')).toEqual({
      told: [],
      answers: ['accepted', 488],
    });
    expect(ask('client', 'leg-gone')).toEqual({ told: [], answers: ['accepted', 481] });
  });
});

/** Calls of a dead process whose servers are not all there: what nobody can know yet is left alone, for a while. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import type { CallId } from '../../../src/domain/values/ids.js';
import type { SwitchServer, SwitchSide, SwitchState } from '../../../src/app/ports/switch.js';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';
import { aLeg } from '../../support/store/samples.js';

const CALL = 'their-call' as CallId;
const NODES: Readonly<Record<SwitchSide, string>> = { signalling: 'sip-b:9022', media: 'fs-b:8021' };
const call: CallRecord = {
  ...{ id: CALL, direction: 'callback', state: 'bridged', dialplan: 'callback', startedAt: 0, bridgedAt: 10 },
  ...{ tags: [], attribution: {}, step: 3, session: '{}' },
};

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed();
  await bed.store.calls.add(call);
  const identity = { sipCallId: 'a', signallingNode: NODES.signalling, mediaNode: NODES.media };
  await bed.store.calls.addLeg(aLeg({ callId: CALL, state: 'answered', answeredAt: 5, identity }));
});
afterEach(() => bed.close());

function turn(side: SwitchSide, state: SwitchState): void {
  const since = bed.clock.now();
  const server = (of: SwitchSide): SwitchServer => {
    const [now, standing] =
      of === side && state !== 'ready' ? [state, 'down' as const] : ['ready' as const, 'taking' as const];
    return { name: of, side: of, node: NODES[of], state: now, since, standing, legs: 0 };
  };
  Object.assign(bed.telephone, { servers: () => [server('signalling'), server('media')] });
}

const stateOf = async () => (await bed.store.calls.byId(CALL))?.state;

describe('a stored call', () => {
  it.each([
    ['media', 'connecting'],
    ['signalling', 'connecting'],
    ['signalling', 'lost'],
  ] as const)('is left alone while its %s server is %s, for a minute', async (side, state) => {
    turn(side, state);
    expect(await bed.app.reconcile()).toEqual({ adopted: 0, ended: 0 });
    expect(await stateOf()).toBe('bridged');
    await bed.pass(60_000);
    await bed.app.reconcile();
    expect(await stateOf()).toBe('closed');
  });

  it('is ended at once when its media server is lost', async () => {
    turn('media', 'lost');
    expect(await bed.app.reconcile()).toEqual({ adopted: 0, ended: 1 });
    expect(await bed.store.calls.legsOf(CALL)).toMatchObject([{ state: 'ended', disposition: 'lost' }]);
  });

  it('of another server does not wait', async () => {
    turn('signalling', 'connecting');
    const others = bed.telephone.servers as () => readonly SwitchServer[];
    Object.assign(bed.telephone, { servers: () => others().map((one) => ({ ...one, node: 'sip-a:9022' })) });
    expect(await bed.app.reconcile()).toEqual({ adopted: 0, ended: 1 });
  });
});

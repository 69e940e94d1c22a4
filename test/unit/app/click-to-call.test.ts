/** What a call by click may ask for, and what it is refused for. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAppBed, type AppBed } from '../../support/sim/app-bed.js';

let bed: AppBed;
beforeEach(async () => {
  bed = await openAppBed();
});
afterEach(() => bed.close());

describe('a call by click', () => {
  it('uses the plan of its order, or the policy’s when it asks for nothing', async () => {
    const plans = [];
    for (const [n, more] of [{}, { keys: '1' }, { order: 'client-first' }].entries()) {
      const request = { number: `+791610000${10 + n}`, ...more } as Parameters<typeof bed.app.startCall>[0];
      const started = await bed.app.startCall(request);
      if (started.kind !== 'started') throw new Error(started.why);
      plans.push((await bed.store.calls.byId(started.callId))?.dialplan);
      await bed.pass(600_000);
    }
    expect(plans).toEqual(['callback', 'click-to-call', 'click-to-call-client-first']);
  });

  it('rings a number as the operator’s side', async () => {
    const started = await bed.app.startCall({ number: '+79161000010', operatorNumber: '8 916 200 00 01' });
    if (started.kind !== 'started') throw new Error(started.why);
    await bed.pass(1000);
    expect((await bed.store.calls.legsOf(started.callId)).map(({ role, party }) => [role, party])).toEqual([
      ['operator', '+79162000001'],
    ]);
    await bed.pass(600_000);
    expect(await bed.app.startCall({ number: '+79161000011', operatorNumber: 'boss' })).toEqual({
      kind: 'refused',
      why: 'operator-number-invalid',
    });
  });

  it('is one call for one external id', async () => {
    const first = await bed.app.startCall({ number: '+79161000010', externalId: 'deal-1' });
    expect(await bed.app.startCall({ number: '+79161000010', externalId: 'deal-1' })).toEqual(first);
    await bed.pass(600_000);
    expect(await bed.app.startCall({ number: '+79161000010', externalId: 'deal-1' })).toEqual(first);
  });
});

/** Calls of the simulated world, replayed from the store: the same plan does the same, a changed one differs where it was changed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import type { CallRecord } from '../../../src/domain/calls/call.js';
import { TRACE_LENGTH, type Plans } from '../../../src/domain/dialplan/session.js';
import { explainCall } from '../../../src/domain/simulation/explain-call.js';
import { assumeRest } from '../../../src/domain/simulation/population/assume-rest.js';
import { replayCall, type Replay } from '../../../src/domain/simulation/replay-call.js';
import { openAppBed, type AppBed, type AppBedOptions } from '../../support/sim/app-bed.js';
import { planFrom } from '../../support/dialplan/plans.js';

let bed: AppBed;
let plans: Plans;
beforeEach(() => open({ inboundPlan: 'inbound' }));
afterEach(() => bed.close());

async function open(options: AppBedOptions): Promise<void> {
  bed = await openAppBed(options);
  const set = bed.app.telephonySet();
  plans = set.plans;
  await bed.app.applyTelephony({ ...set, hash: 'first' }, { author: 'test', source: 'start', percent: 100 });
}

async function lastCall(): Promise<CallRecord> {
  const [call] = (await bed.store.calls.list({ limit: 1 })).items;
  if (call === undefined) throw new Error('there is no call');
  return call;
}

async function talkedCall(): Promise<CallRecord> {
  const caller = new SimCaller(bed.telephone, { remoteAddress: '192.0.2.1:5060' });
  for (let tick = 0; tick < 1200 && !bed.app.liveCalls().some(({ state }) => state === 'bridged'); tick += 1)
    await bed.pass(100);
  await bed.pass(5000);
  caller.hangUp();
  await bed.pass(90_000);
  return lastCall();
}

async function replayed(call: CallRecord, changed: Plans): Promise<Replay> {
  return replayCall({ call, inputs: await bed.store.calls.inputsOf(call.id), plans }, changed);
}

describe('a stored call', () => {
  it('names its version, and does the same again under its own plan', async () => {
    const call = await talkedCall();
    expect(call).toMatchObject({ setVersion: 1, disposition: 'answered' });
    expect(await replayed(call, plans)).toEqual({ kind: 'same' });
  });

  it('differs under a changed plan at the changed step, and goes on only under a model', async () => {
    const call = await talkedCall();
    const { inbound } = plans;
    if (inbound === undefined) throw new Error('there is no plan');
    const changed = {
      ...plans,
      inbound: planFrom({
        name: 'inbound',
        start: 'greet',
        steps: {
          greet: { do: 'answer', next: 'hello' },
          hello: { do: 'say', leg: 'caller', prompt: 'no-operator', next: 'bye' },
          bye: { do: 'hangup' },
        },
      }),
    };
    const replay = await replayed(call, changed);
    if (replay.kind !== 'differs') throw new Error(replay.kind);
    const { after, was, now } = replay.divergence;
    expect([after, was.step, now.step]).toEqual(['the call began', 'inbound/find-operator', 'inbound/greet']);
    expect(now.wants).toEqual(['[1] answer caller']);
    expect(assumeRest(replay.open, changed, { model: 'usual', seed: 1 })).toBeDefined();
  });

  it('without its facts is left out with the reason', async () => {
    const call: Partial<CallRecord> = await talkedCall();
    delete (call as { facts?: string }).facts;
    expect(await replayed(call as CallRecord, plans)).toEqual({
      kind: 'not-replayable',
      why: 'its facts are not stored',
    });
  });

  it('is explained with what each step asked, what came of it, and the ways not taken', async () => {
    const call = await talkedCall();
    const { choices } = explainCall({ call, activities: [], events: [], inputs: [], plans });
    expect(choices[0]).toMatchObject({
      step: 'inbound/find-operator',
      verb: 'ring-group',
      result: 'accepted',
      taken: 'on.accepted → whisper-source',
      lost: [expect.stringContaining('on.nobody → answer-for-apology (Every phone was tried') as string],
    });
  });

  it('of more steps than its session keeps is explained from the first one on', async () => {
    const rounds = planFrom({
      name: 'rounds',
      start: 'greet',
      steps: {
        greet: { do: 'answer', next: 'pause' },
        pause: { do: 'wait', seconds: 1, next: 'again' },
        again: { do: 'goto', step: 'pause' },
      },
    });
    await bed.close();
    await open({ inboundPlan: 'rounds', plans: { rounds } });
    const caller = new SimCaller(bed.telephone, { remoteAddress: '192.0.2.1:5060' });
    await bed.pass(50_000);
    caller.hangUp();
    await bed.pass(5000);
    const call = await lastCall();
    const inputs = await bed.store.calls.inputsOf(call.id);
    const { steps, choices, told } = explainCall({ call, activities: [], events: [], inputs, plans });
    expect([steps, choices.length > TRACE_LENGTH, choices[0]?.step]).toEqual([
      'complete',
      true,
      'rounds/greet',
    ]);
    expect(told[0]?.text).toBe('rounds/greet, because the call began');
    expect(explainCall({ call, activities: [], events: [], inputs: inputs.slice(2), plans }).steps).toBe(
      'cut',
    );
    expect(await replayed(call, plans)).toEqual({ kind: 'same' });
  });
});

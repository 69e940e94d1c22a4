/** Whose phones ring, and when: duty and strategy hold for callers, clicks, queues and tests as they do for callbacks. */
import { afterEach, describe, expect, it } from 'vitest';
import type { CallId } from '../../../src/domain/values/ids.js';
import type { Group, Telephony } from '../../../src/domain/routing/telephony.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import { OPENS_AT, simTelephony } from '../../../src/cli/simulate/sim-telephony.js';
import { afterTalk, freshState } from '../../../src/domain/routing/operator-state.js';
import { planFrom } from '../../support/dialplan/plans.js';
import { NobodyAnswers, openAppBed, type AppBed, type AppBedOptions } from '../../support/sim/app-bed.js';

const CARRIER = '192.0.2.1:5060';

let bed: AppBed;
afterEach(() => bed.close());

async function open(group: Partial<Group>, more: AppBedOptions = {}): Promise<void> {
  const { sales } = simTelephony().groups;
  const groups = { sales: { ...sales, ...group } } as Telephony['groups'];
  const { telephony, ...others } = more;
  bed = await openAppBed({
    inboundPlan: 'inbound',
    people: new NobodyAnswers(1),
    telephony: { groups, ...telephony },
    ...others,
  });
}

/** In the order in which their phones were first rung. */
const rung = (): readonly string[] => [
  ...new Set(
    bed.world.log.flatMap(({ what, phone, kind }) =>
      what === 'invited' && kind === 'operator' ? [phone] : [],
    ),
  ),
];

async function callIn(): Promise<void> {
  new SimCaller(bed.telephone, { remoteAddress: CARRIER });
  await bed.pass(120_000);
}

describe('a caller', () => {
  it('does not ring who is paused, off duty or in wrap-up', async () => {
    await open({ strategy: 'simultaneous' });
    await bed.app.setDuty({ operator: 'anna', duty: 'paused', by: 'api' });
    await bed.app.setDuty({ operator: 'boris', duty: 'off', by: 'api' });
    await callIn();
    expect(rung()).toEqual(['vera']);
    await bed.store.operatorStates.put(afterTalk(freshState('vera'), bed.clock.now(), 3600));
    await callIn();
    expect(rung()).toEqual(['vera']);
    expect(bed.world.log.filter(({ what }) => what === 'invited')).toHaveLength(1);
  });

  it('rings by the strategy of the group', async () => {
    await open({ strategy: 'longest-idle', ringSeconds: 5 });
    await bed.store.operatorStates.put(afterTalk(freshState('anna'), OPENS_AT, 0));
    await bed.store.operatorStates.put(afterTalk(freshState('vera'), OPENS_AT - 60_000, 0));
    await callIn();
    expect(rung()).toEqual(['boris', 'vera', 'anna']);
  });

  it('rings those on duty of a group that a step names, by its strategy', async () => {
    const { sales } = simTelephony().groups;
    const groups = {
      sales: { ...sales, operators: ['anna'] },
      second: { ...sales, name: 'second', operators: ['anna', 'vera', 'boris'], strategy: 'fewest-calls' },
    } as Telephony['groups'];
    const steps = {
      ring: {
        do: 'ring-group',
        group: 'second',
        ringSeconds: 5,
        ask: 'nobody',
        on: { accepted: 'end', nobody: 'end' },
      },
      end: { do: 'hangup' },
    };
    const inbound = planFrom({ name: 'second', start: 'ring', steps });
    await open({}, { inboundPlan: 'second', plans: { second: inbound }, telephony: { groups } });
    await bed.store.operatorStates.put(afterTalk(freshState('vera'), bed.clock.now(), 0));
    await bed.app.setDuty({ operator: 'anna', duty: 'paused', by: 'api' });
    await callIn();
    expect(rung()).toEqual(['boris', 'vera']);
  });
});

describe('a call by click', () => {
  it('rings the group by its strategy, and nobody who is paused', async () => {
    await open({ strategy: 'longest-idle', ringSeconds: 5 });
    await bed.store.operatorStates.put(afterTalk(freshState('anna'), OPENS_AT, 0));
    await bed.app.setDuty({ operator: 'vera', duty: 'paused', by: 'api' });
    await bed.app.startCall({ number: '+79161000010' });
    await bed.pass(60_000);
    expect(rung()).toEqual(['boris', 'anna']);
  });
});

describe('a test lead', () => {
  it('rings those on duty, and its call names the version of the telephony it ran on', async () => {
    await open({ strategy: 'sequential' });
    const set = { ...bed.app.telephonySet(), hash: 'first' };
    const { number } = await bed.app.applyTelephony(set, { author: 'test', source: 'start', percent: 100 });
    await bed.app.setDuty({ operator: 'anna', duty: 'paused', by: 'api' });
    const draft = { source: 'api', kind: 'form', rawPhone: '+79161000001', answers: [], touch: {} } as const;
    const { callId } = await bed.app.rehearseLead(draft, 'operators');
    await bed.pass(60_000);
    expect(rung()).toEqual(['boris', 'vera']);
    expect(await bed.store.calls.byId(callId as CallId)).toMatchObject({ setVersion: number });
  });
});

describe('an operator with two phones', () => {
  it('who lets both ring has let one call ring', async () => {
    const phones = ['anna', 'anna-mobile'];
    const devices = phones.map((user) => ({ kind: 'registered', user }) as const);
    const anna = { name: 'anna', displayName: 'Anna', devices };
    await open(
      { operators: ['anna'], maxNoAnswer: 3 },
      { users: phones, telephony: { operators: { anna } } },
    );
    await callIn();
    expect(rung()).toEqual(phones);
    expect(await bed.store.operatorStates.byName('anna')).toMatchObject({ duty: 'on', unanswered: 1 });
  });
});

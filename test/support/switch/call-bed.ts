/** What the call tests share: a connected switch, two phones, and the usual ways to get a talk going. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Ending } from '../../../src/domain/calls/call.js';
import type { Activity, BridgeOutcome, Leg, OriginateRequest } from '../../../src/app/ports/switch.js';
import { toneShare } from './rtp-line.js';
import { openTestPhone, type PhoneCall, type TestPhone } from './test-phone.js';
import { leavesNothing, openTestSwitch, signalOf, until, type TestSwitch } from './test-switch.js';

export interface Talk {
  readonly leg: Leg;
  readonly call: PhoneCall;
}

export interface CallBed {
  readonly bed: TestSwitch;
  readonly anna: TestPhone;
  readonly ben: TestPhone;
  ring(phone: TestPhone, options?: Partial<OriginateRequest>): Leg;
  talk(phone: TestPhone): Promise<Talk>;
  /** anna says 440 Hz, ben 1000 Hz; both have heard each other. */
  bridged(): Promise<{ readonly one: Talk; readonly two: Talk; readonly bridge: Activity<BridgeOutcome> }>;
}

/** Opens everything before the tests of a file and fails each test that leaves a leg or channel behind. */
export function useCallBed(): CallBed {
  const opened: { bed?: TestSwitch; anna?: TestPhone; ben?: TestPhone } = {};
  const get = <K extends keyof typeof opened>(name: K) => {
    const found = opened[name];
    if (!found) throw new Error(`${name} is not open`);
    return found;
  };
  beforeAll(async () => {
    opened.bed = await openTestSwitch();
    opened.anna = await openTestPhone({ user: 'anna' });
    opened.ben = await openTestPhone({ user: 'ben' });
  });
  afterAll(async () => {
    await opened.anna?.close();
    await opened.ben?.close();
    await opened.bed?.close();
  });
  afterEach((test) => leavesNothing(get('bed'), test));

  const ring = (phone: TestPhone, options: Partial<OriginateRequest> = {}) => {
    const target = { kind: 'uri', uri: phone.uri } as const;
    return get('bed').originate({ target, callerNumber: '+4930123', callerName: 'Lead desk', ...options });
  };
  const talk = async (phone: TestPhone) => {
    const leg = ring(phone);
    const call = await phone.answer(await phone.nextCall());
    await signalOf(leg, 'answered');
    return { leg, call };
  };
  const bridged = async () => {
    const one = await talk(get('anna'));
    const two = await talk(get('ben'));
    one.call.line.say(440);
    two.call.line.say(1000);
    const bridge = one.leg.bridge(two.leg);
    await until('anna hears ben', () => toneShare(one.call.line.heard, 1000) > 0.8);
    await until('ben hears anna', () => toneShare(two.call.line.heard, 440) > 0.8);
    return { one, two, bridge };
  };
  return {
    get bed() {
      return get('bed');
    },
    get anna() {
      return get('anna');
    },
    get ben() {
      return get('ben');
    },
    ring,
    talk,
    bridged,
  };
}

export async function endingOf(leg: Leg): Promise<Ending> {
  return (await signalOf(leg, 'ended')).ending;
}

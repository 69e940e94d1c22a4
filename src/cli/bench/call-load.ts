/** Inbound calls one after another on several lines: answer, dial, bridge, record, hang up. For the parts that count calls. */
import { systemClock } from '../../sip/system.js';
import { pass, within } from '../chaos/within.js';
import { percentile } from './figures.js';
import { withInstance, type Instance, type InstanceOptions } from './instance.js';
import { openLoadPhone, type LoadPhone } from './load-phone.js';

/** The number that is called, and that the dialplan `direct` dials on. */
export const DID = '+74951234567';
const TALK_MS = 100;

export interface CallBed {
  readonly caller: LoadPhone;
  readonly callee: LoadPhone;
}

/** Two phones and a Dialtrace that joins their calls, for as long as `work` lasts. */
export async function withDirectCalls<T>(
  options: Pick<InstanceOptions, 'directory'>,
  work: (bed: CallBed, instance: Instance) => Promise<T>,
): Promise<T> {
  const caller = await openLoadPhone({ user: 'caller' });
  const callee = await openLoadPhone({
    user: 'callee',
    script: { ringMs: 0, then: { kind: 'answer' } },
  });
  try {
    const telephony = directTelephony(callee.port);
    return await withInstance({ ...options, telephony }, (instance) => work({ caller, callee }, instance));
  } finally {
    await Promise.all([caller.close(), callee.close()]);
  }
}

/** Calls from 127.0.0.1 come from this trunk, and go out by it. */
export function directTelephony(calleePort: number): object {
  return {
    trunks: {
      carrier: {
        gateways: [{ host: '127.0.0.1', port: calleePort }],
        channels: 10_000,
        callsPerSecond: 10_000,
      },
    },
    operators: { nobody: {} },
    groups: { none: { operators: ['nobody'], country: 'RU' } },
    callbacks: { default: { group: 'none', trunk: 'carrier' } },
  };
}

export interface CallLoad {
  readonly calls: number;
  readonly lines: number;
  /** After each call. */
  readonly done?: (calls: number) => void;
}

export interface CallLoadResult {
  /** Calls that went the whole way. */
  readonly perSecond: number;
  readonly failed: number;
  /** Median ms from the INVITE to the 200 of the caller, and to the ACK at the callee. */
  readonly answeredP50Ms: number;
  readonly dialledP50Ms: number;
}

interface PlacedCall {
  readonly answeredMs: number;
  readonly dialledMs: number;
}

/** Every line places its next call when its last is over. */
export async function placeCalls(
  bed: CallBed,
  { sipPort }: Instance,
  load: CallLoad,
): Promise<CallLoadResult> {
  const placed: PlacedCall[] = [];
  let begun = 0;
  let failed = 0;
  const startedAt = systemClock.now();
  const line = async (): Promise<void> => {
    while (begun < load.calls) {
      begun += 1;
      const call = await placeCall(bed, sipPort, begun);
      if (call === undefined) failed += 1;
      else placed.push(call);
      load.done?.(placed.length + failed);
    }
  };
  await Promise.all(Array.from({ length: load.lines }, line));
  const perSecond = (placed.length * 1000) / (systemClock.now() - startedAt);
  return {
    perSecond,
    failed,
    answeredP50Ms: percentile(
      placed.map(({ answeredMs }) => answeredMs),
      0.5,
    ),
    dialledP50Ms: percentile(
      placed.map(({ dialledMs }) => dialledMs),
      0.5,
    ),
  };
}

const FIRST_CALLER = 79_160_000_000;
const DIAL_DEADLINE_MS = 10_000;

/** The caller hangs up a moment after the callee is there; `undefined` when that never came. */
async function placeCall(
  { caller, callee }: CallBed,
  sipPort: number,
  n: number,
): Promise<PlacedCall | undefined> {
  const from = `+${FIRST_CALLER + n}`;
  const dialled = within(DIAL_DEADLINE_MS, callee.acknowledged(from), 'the callee').catch(() => undefined);
  const startedAt = systemClock.now();
  const outcome = await caller.call({ number: DID, port: sipPort, from });
  if (outcome.kind !== 'answered') return undefined;
  const answeredMs = systemClock.now() - startedAt;
  const dialledAt = await dialled;
  await pass(TALK_MS);
  await outcome.dialog.bye();
  return dialledAt === undefined ? undefined : { answeredMs, dialledMs: dialledAt - startedAt };
}

/** Inbound calls one after another on several lines: answer, dial, bridge, record, hang up. For the parts that count calls. */
import { systemClock } from '../../sip/system.js';
import { pass } from '../chaos/within.js';
import { percentile } from './figures.js';
import type { Instance } from './instance.js';
import { openLoadPhone, type LoadPhone } from './load-phone.js';

/** The number that is called, and that the dialplan `direct` dials on. */
export const DID = '+74951234567';
const TALK_MS = 100;

export interface CallBed {
  readonly caller: LoadPhone;
  readonly callee: LoadPhone;
  close(): Promise<void>;
}

export async function openCallBed(): Promise<CallBed> {
  const caller = await openLoadPhone('caller');
  const callee = await openLoadPhone('callee', { ringMs: 0, then: { kind: 'answer' } });
  const close = async () => {
    await Promise.all([caller.close(), callee.close()]);
  };
  return { caller, callee, close };
}

/** Calls from 127.0.0.1 come from this trunk, and go out by it. */
export function directTelephony(calleePort: number): object {
  return {
    trunks: {
      carrier: { gateways: [{ host: '127.0.0.1', port: calleePort }], channels: 10_000, callsPerSecond: 10_000 },
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
  readonly perSecond: number;
  readonly failed: number;
  /** From our INVITE to the INVITE of the callee, median ms. */
  readonly answeredP50Ms: number;
}

/** Every line places its next call when its last is over; the callee has answered before the caller hangs up. */
export async function placeCalls(bed: CallBed, { sipPort }: Instance, load: CallLoad): Promise<CallLoadResult> {
  const answered: number[] = [];
  let begun = 0;
  let failed = 0;
  const startedAt = systemClock.now();
  const line = async (): Promise<void> => {
    while (begun < load.calls) {
      begun += 1;
      const ms = await placeCall(bed, sipPort);
      if (ms === undefined) failed += 1;
      else answered.push(ms);
      load.done?.(answered.length + failed);
    }
  };
  await Promise.all(Array.from({ length: load.lines }, line));
  const perSecond = (answered.length * 1000) / (systemClock.now() - startedAt);
  return { perSecond, failed, answeredP50Ms: percentile(answered, 0.5) };
}

async function placeCall({ caller }: CallBed, sipPort: number): Promise<number | undefined> {
  const startedAt = systemClock.now();
  const outcome = await caller.call(DID, sipPort);
  if (outcome.kind !== 'answered') return undefined;
  const answeredMs = systemClock.now() - startedAt;
  await pass(TALK_MS);
  await outcome.dialog.bye();
  return answeredMs;
}

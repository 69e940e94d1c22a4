/** A talk in the simulated world, and supervisors in it; for tests of supervision and of losses. */
import { expect } from 'vitest';
import type { LiveCall } from '../../../src/app/calls/call-registry.js';
import type { SupervisionAction } from '../../../src/app/calls/orders/supervise-call.js';
import { SimCaller } from '../../../src/cli/simulate/sim-caller.js';
import type { AppBed } from './app-bed.js';

const CARRIER = '192.0.2.1:5060';

export interface SimTalk {
  readonly call: LiveCall;
  readonly operator: string;
  readonly caller: SimCaller;
}

export const liveCall = (bed: AppBed): LiveCall | undefined => bed.app.liveCalls()[0];

export async function untilHolds(bed: AppBed, what: string, holds: () => boolean): Promise<void> {
  for (let tick = 0; tick < 1200 && !holds(); tick += 1) await bed.pass(100);
  expect(holds(), what).toBe(true);
}

/** A caller and whoever of the operators took the call. */
export async function simTalk(bed: AppBed): Promise<SimTalk> {
  const caller = new SimCaller(bed.telephone, { remoteAddress: CARRIER });
  await untilHolds(bed, 'a talk', () => liveCall(bed)?.state === 'bridged');
  const call = liveCall(bed);
  if (call?.operator === undefined) throw new Error('no talk');
  return { call, operator: call.operator, caller };
}

/** Someone of the three who does not talk. */
export const idle = (operator: string): string => (operator === 'anna' ? 'boris' : 'anna');

export const supervise = (bed: AppBed, { callId }: LiveCall, action: SupervisionAction, operator: string) =>
  bed.app.superviseCall({ callId, by: 'key wall', action, operator });

/** Simulated phones may decline or stay silent: asked until one answers. */
export async function listening(bed: AppBed, call: LiveCall, supervisor: string): Promise<void> {
  const live = () => liveCall(bed);
  for (let tries = 0; tries < 20 && live()?.supervisors[0]?.state !== 'listening'; tries += 1) {
    await supervise(bed, call, 'listen', supervisor);
    await bed.pass(100);
    for (let tick = 0; tick < 400 && live()?.supervisors[0]?.state === 'ringing'; tick += 1)
      await bed.pass(100);
  }
  expect(live()?.supervisors).toMatchObject([{ operator: supervisor, mode: 'listen', state: 'listening' }]);
}

/** The emergency stop: a stored flag that every start of a call reads. */
import type { AppContext } from '../context.js';

const STOP_FLAG = 'stop-calling';

export interface StopReport {
  /** Ringing calls that were told to hang up. */
  readonly hungUp: number;
}

/** Talks go on; what has not come to a talk yet is hung up. Inbound calls are still taken. */
export async function stopCalling(context: AppContext, by: string): Promise<StopReport> {
  const { store, clock, logger } = context.ports;
  await store.flags.set(STOP_FLAG, JSON.stringify({ by, at: new Date(clock.now()).toISOString() }));
  logger.warn({ by }, 'emergency stop: no new calls');
  const ringing = context.calls.all().filter((call) => isRinging(call.describe().state));
  for (const call of ringing) call.command(by, { kind: 'hang-up' });
  return { hungUp: ringing.length };
}

export async function resumeCalling(context: AppContext, by: string): Promise<void> {
  await context.ports.store.flags.remove(STOP_FLAG);
  context.ports.logger.warn({ by }, 'emergency stop lifted');
}

export async function callingStopped(context: AppContext): Promise<'stopped' | 'calling'> {
  return (await context.ports.store.flags.get(STOP_FLAG)) === undefined ? 'calling' : 'stopped';
}

function isRinging(state: string): boolean {
  return state === 'arriving' || state === 'in-dialplan' || state === 'ringing-out';
}

/** The emergency stop: a stored flag that every start of a call reads. */
import type { AppContext } from '../../context.js';
import type { Repositories } from '../../ports/store.js';
import type { LiveCall } from '../call-registry.js';

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
  const ringing = context.calls.all().filter((call) => isRinging(call.describe()));
  for (const call of ringing) call.command(by, { kind: 'hang-up' });
  return { hungUp: ringing.length };
}

export async function resumeCalling(context: AppContext, by: string): Promise<void> {
  await context.ports.store.flags.remove(STOP_FLAG);
  context.ports.logger.warn({ by }, 'emergency stop lifted');
}

export async function callingStopped(context: AppContext): Promise<'stopped' | 'calling'> {
  return stoppedIn(context.ports.store);
}

/** Within a transaction. */
export async function stoppedIn({ flags }: Pick<Repositories, 'flags'>): Promise<'stopped' | 'calling'> {
  return (await flags.get(STOP_FLAG)) === undefined ? 'calling' : 'stopped';
}

function isRinging({ direction, state }: LiveCall): boolean {
  if (direction === 'inbound') return false;
  return state === 'arriving' || state === 'in-dialplan' || state === 'ringing-out';
}

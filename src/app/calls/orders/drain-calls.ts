/** The end of a process in good order: no new calls, time for those that run, then nobody is left ringing. */
import type { AppContext } from '../../context.js';
import type { CallActor } from '../call-registry.js';

export interface DrainOptions {
  /** Running calls may end by themselves for so long. */
  readonly deadlineMs: number;
  /** What becomes of talks after that: `leave` them to the next start (the switch outlives us), or `end` them. */
  readonly talks: 'leave' | 'end';
}

export interface DrainReport {
  /** Talks that go on; the next start adopts them. */
  readonly left: number;
}

/** A hang-up takes a BYE or CANCEL and its answer. */
const HANG_UP_MS = 5000;

export async function drainCalls(
  context: AppContext,
  { deadlineMs, talks }: DrainOptions,
): Promise<DrainReport> {
  if ((await becameIdle(context, deadlineMs)) === 'idle') return { left: 0 };
  const going = context.calls.all().filter((call) => talks === 'end' || !isTalk(call));
  for (const call of going) call.command('drain', { kind: 'hang-up' });
  await becameIdle(context, going.length === 0 ? 0 : HANG_UP_MS);
  const left = context.calls.all();
  for (const call of left) call.abandon('this process ends');
  return { left: left.length };
}

function isTalk(call: CallActor): boolean {
  return call.describe().state === 'bridged';
}

function becameIdle({ calls, ports }: AppContext, withinMs: number): Promise<'idle' | 'late'> {
  return new Promise((resolve) => {
    const cancel = ports.clock.after(withinMs, () => {
      forget();
      resolve('late');
    });
    let forget = (): void => undefined;
    forget = calls.drain(() => {
      cancel();
      resolve('idle');
    });
  });
}

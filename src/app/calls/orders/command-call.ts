/** Commands from outside to a running call: the console, the API, an emergency stop. */
import type { SessionCommand } from '../../../domain/dialplan/inputs.js';
import type { CallId } from '../../../domain/values/ids.js';
import { Fault } from '../../../errors.js';
import type { AppContext } from '../../context.js';

export type CallCommand = SessionCommand;

/**
 * `elsewhere`: another process owns the call. `adopted`: only `hang-up` acts on a talk that outlived its process.
 * `no-talk`: nobody talks, or the supervisor is not there. `no-conference`: he is not one of three.
 */
export type CommandOutcome =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly why: 'closed' | 'elsewhere' | 'adopted' | 'no-talk' | 'no-conference';
    };

/** Throws Fault `not-found`. */
export async function commandCall(
  context: AppContext,
  callId: CallId,
  by: string,
  command: CallCommand,
): Promise<CommandOutcome> {
  const live = context.calls.get(callId);
  if (live !== undefined) return live.command(by, command);
  const stored = await context.ports.store.calls.byId(callId);
  if (stored === undefined) throw new Fault('not-found', `There is no call ${callId}.`);
  return { kind: 'refused', why: stored.state === 'closed' ? 'closed' : 'elsewhere' };
}

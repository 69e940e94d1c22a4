/** From a set-up to a running call: a place in the registry, one transaction, then the actor. */
import type { AppContext } from '../../context.js';
import { commit, type Unit } from '../../events/commit.js';
import type { CallSetup } from './call-setup.js';
import { openCall } from './open-call.js';
import { runCall } from '../run-call.js';

/**
 * `claim` runs in the transaction before the call is opened; when it answers anything but `granted`, nothing is opened
 * and that answer comes back. What it took is its own to give back.
 */
export async function startCall<Refusal extends string>(
  context: AppContext,
  setup: CallSetup,
  claim: (unit: Unit) => Promise<Refusal | 'granted'>,
): Promise<Refusal | 'too-many-calls' | 'started'> {
  const { id } = setup.record;
  if (context.calls.reserve(id, context.config.maximumCalls) === 'full') return 'too-many-calls';
  try {
    const claimed = await commit(context, async (unit) => {
      const answer = await claim(unit);
      if (answer === 'granted') await openCall(context, unit, setup);
      return answer;
    });
    if (claimed !== 'granted') return claimed;
    runCall(context, setup);
    return 'started';
  } finally {
    context.calls.release(id);
  }
}

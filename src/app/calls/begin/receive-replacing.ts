/**
 * An INVITE with Replaces (RFC 3891): an operator goes on with his talk on another phone. Only one of his own dialogs, and
 * only with the password of one of his phones.
 */
import { ownerOf } from '../../../domain/routing/dial-out.js';
import type { LegId } from '../../../domain/values/ids.js';
import type { AppContext } from '../../context.js';
import type { InboundCall } from '../../ports/switch.js';
import { visit } from './receive-star-code.js';

export async function receiveReplacing(
  context: AppContext,
  call: InboundCall,
  replaced: LegId,
): Promise<'taken' | 'stranger' | 'no-dialog'> {
  const owner = ownerOf(context.set().telephony, call.authenticatedAs);
  if (owner === undefined) return 'stranger';
  for (const actor of context.calls.all()) {
    const named = actor.legNamed(replaced);
    if (named === undefined) continue;
    if (named.party !== owner.name) return 'stranger';
    const wish = { mode: 'take-over', party: owner.name, role: 'operator', replaces: named.ref } as const;
    return (await visit(context, call, { actor, ...wish })) === 'taken' ? 'taken' : 'no-dialog';
  }
  return 'no-dialog';
}

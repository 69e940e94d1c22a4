/** How entries leave the engine's books: a request answered or let go, a dialog ended. */
import type { ServerTransaction } from '../../sip/api.js';
import { headerOf } from '../../wire/sip-message.js';
import { tagOf, withTag } from '../../wire/sip-name-addr.js';
import type { SipHeader } from '../../wire/sip-types.js';
import type { Engine, EngineDialog, PendingRequest } from './engine-state.js';
import { sofiaResponse } from './sofia-messages.js';

export function forgetPending(engine: Engine, pending: PendingRequest): void {
  pending.stopTimer();
  pending.reliable?.stop();
  engine.pending.delete(pending.transactionId);
}

export function stopSessionTimer(engine: Engine, dialog: EngineDialog): void {
  dialog.sessionTimer?.cancel();
  dialog.sessionTimer = undefined;
  engine.sessionTimers.delete(dialog);
}

/** Nothing of a dialog stays: its 2xx is not repeated any more, and requests that the application left open get 500. */
export function endDialog(engine: Engine, dialog: EngineDialog): void {
  engine.dialogs.remove(dialog);
  dialog.unacknowledged?.transaction.acknowledged();
  dialog.unacknowledged = undefined;
  stopSessionTimer(engine, dialog);
  for (const pending of [...engine.pending.values()]) {
    if (pending.dialog !== dialog || pending.kind !== 'inside') continue;
    forgetPending(engine, pending);
    refuse(engine, pending.transaction, 500);
  }
}

/**
 * An answer of the server itself. To an INVITE outside a dialog it goes out without a transaction and is not repeated, as
 * from the real server.
 */
export function refuse(
  engine: Engine,
  transaction: ServerTransaction,
  status: number,
  headers: readonly SipHeader[] = [],
): void {
  const { received } = transaction;
  const to = headerOf(received.message, 'To') ?? '';
  const hasTag = tagOf(to) !== undefined;
  const response = sofiaResponse(received.message, status, {
    to: hasTag ? to : withTag(to, engine.ids.tag()),
    headers,
  });
  if (hasTag || received.message.method !== 'INVITE') transaction.respond(response);
  else {
    engine.stack.respondStateless(received, response);
    transaction.forget();
  }
}

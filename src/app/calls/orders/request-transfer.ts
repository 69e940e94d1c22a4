/**
 * A REFER of one leg, and which call it is about. Attended, the consultation may be a call of its own; then the call that
 * was not dialled by the operator goes on, in whichever dialog the request came. Only the operator's own two dialogs. Called by the
 * call whose leg asks.
 */
import type { SessionSignal } from '../../../domain/dialplan/inputs.js';
import type { LegId } from '../../../domain/values/ids.js';
import type { AppContext } from '../../context.js';
import type { CallActor, NamedLeg } from '../call-registry.js';
import type { TransferRequest } from '../scene.js';

export type TransferWish = Pick<
  Extract<SessionSignal, { kind: 'transfer-requested' }>,
  'replaces' | 'consulted'
>;

interface Asked extends NamedLeg {
  readonly call: CallActor;
}

/** RFC 3891 §3: no such dialog, or one of somebody else. */
const NO_DIALOG = 481;
const FORBIDDEN = 403;
/** Their sound is on two media servers, which nothing joins. */
const APART = 488;

export function requestTransfer(context: AppContext, asked: Asked, request: TransferRequest): void {
  const { call, ref, party } = asked;
  const { replaces } = request;
  if (replaces === undefined) {
    call.transfer(ref, request, {});
    return;
  }
  const own = call.legNamed(replaces);
  const other = own === undefined ? ownerOf(context, replaces) : undefined;
  if (own !== undefined) call.transfer(ref, request, { replaces: own.ref });
  else if (other === undefined) decline(request, NO_DIALOG);
  else if (other.party !== party) decline(request, FORBIDDEN);
  else if (areApart(asked, other)) decline(request, APART);
  else joinCalls(asked, other, request);
}

/** Accepted and failed in one: the phone hears by NOTIFY why its talks stay as they were. */
function decline(request: TransferRequest, sipStatus: number): void {
  request.answer('accepted');
  request.progress(sipStatus);
}

function ownerOf({ calls }: AppContext, legId: LegId): Asked | undefined {
  for (const call of calls.all()) {
    const named = call.legNamed(legId);
    if (named !== undefined) return { call, ...named };
  }
  return undefined;
}

function areApart(a: NamedLeg, b: NamedLeg): boolean {
  return a.mediaNode !== undefined && b.mediaNode !== undefined && a.mediaNode !== b.mediaNode;
}

function joinCalls(asked: Asked, other: Asked, request: TransferRequest): void {
  const [stays, ends] = likeness(asked.call) > likeness(other.call) ? [other, asked] : [asked, other];
  stays.call.transfer(stays.ref, request, { consulted: { call: ends.call.callId, leg: ends.ref } });
}

/** How much it is like a consultation: dialled by an operator, and the more so when nobody outside is in it. */
function likeness(call: CallActor): number {
  const { direction, clientNumber } = call.describe();
  if (direction !== 'outbound') return 0;
  return clientNumber === undefined ? 2 : 1;
}

/**
 * A REFER of one leg, and which call it is about. Attended, the consultation may be a call of its own; then the call that
 * was not dialled by the operator goes on, in whichever dialog the request came. Only the operator's own two dialogs. Called by the
 * call whose leg asks.
 */
import type { SessionSignal } from '../../../domain/dialplan/inputs.js';
import { numberIn } from '../../../domain/dialplan/verbs/talk-transfer.js';
import { planDialling, type Dialling } from '../../../domain/routing/dial-out.js';
import type { E164, LegId } from '../../../domain/values/ids.js';
import { present } from '../../../domain/values/present.js';
import { messageOf } from '../../../errors.js';
import type { AppContext } from '../../context.js';
import { listedStrike } from '../../gate/ask-gate.js';
import type { CallActor, NamedLeg } from '../call-registry.js';
import { noteDenied } from '../routing/note-denied.js';
import type { TransferRequest } from '../scene.js';
import { callingStopped } from './stop-calling.js';

export type TransferWish = Pick<
  Extract<SessionSignal, { kind: 'transfer-requested' }>,
  'replaces' | 'consulted' | 'number'
>;

interface Asked extends NamedLeg {
  readonly call: CallActor;
}

/** RFC 3891 §3: no such dialog, or one of somebody else. */
const NO_DIALOG = 481;
const FORBIDDEN = 403;
const NO_SUCH_NUMBER = 404;
/** The emergency stop, or no word from the store. */
const UNAVAILABLE = 503;

export function requestTransfer(context: AppContext, asked: Asked, request: TransferRequest): void {
  const { call, party } = asked;
  const { replaces } = request;
  if (replaces === undefined) {
    askBlind(context, asked, request);
    return;
  }
  const { ref } = asked;
  const own = call.legNamed(replaces);
  const other = own === undefined ? ownerOf(context, replaces) : undefined;
  if (own !== undefined) call.transfer(ref, request, { replaces: own.ref });
  else if (other === undefined) decline(request, NO_DIALOG);
  else if (other.party !== party) decline(request, FORBIDDEN);
  else joinCalls(asked, other, request);
}

/**
 * A number is dialled by the rules of dialling out. Colleagues are the dialplan's business, and so is a transfer that is
 * asked for by somebody who is no operator.
 */
function askBlind(context: AppContext, { call, ref, party }: Asked, request: TransferRequest): void {
  const { telephony } = context.set();
  const by = Object.hasOwn(telephony.operators, party) ? telephony.operators[party] : undefined;
  const dialled = request.inside ?? numberIn(request.target);
  if (by === undefined || dialled === undefined) {
    call.transfer(ref, request, {});
    return;
  }
  const dialling = planDialling(telephony, by, dialled);
  if (dialling.kind === 'colleague') call.transfer(ref, request, {});
  else if (dialling.kind === 'denied') {
    noteDenied(context, { by, dialled, ...dialling });
    decline(request, dialling.code === 'no-such-number' ? NO_SUCH_NUMBER : FORBIDDEN);
  } else
    whyNot(context, dialling)
      .then((sipStatus) => {
        const trunk = dialling.kind === 'number' ? dialling.terms.trunk : undefined;
        const number = { kind: 'number' as const, number: dialling.phone, ...present({ trunk }) };
        if (sipStatus === undefined) call.transfer(ref, request, { number });
        else decline(request, sipStatus);
      })
      .catch((thrown: unknown) => {
        context.ports.logger.error(
          { call: call.callId, why: messageOf(thrown) },
          'a transfer was not judged',
        );
        decline(request, UNAVAILABLE);
      });
}

/** Help may always be called. */
async function whyNot(
  context: AppContext,
  { kind, phone }: Extract<Dialling, { readonly phone: E164 }>,
): Promise<number | undefined> {
  const { store, clock } = context.ports;
  if (kind === 'emergency') return undefined;
  if ((await callingStopped(context)) === 'stopped') return UNAVAILABLE;
  return (await listedStrike(store, phone, clock.now())) === undefined ? undefined : FORBIDDEN;
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

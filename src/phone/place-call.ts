/** Follows an INVITE of ours to its end: ringing, early media, answer or refusal. Called by open-phone.ts. */
import type { InviteOutcome } from '../sip/api.js';
import type { SipResponse } from '../wire/sip-types.js';
import type { CallEnd } from './api.js';
import type { Call } from './phone-call.js';

/** A provisional response: rings, and its SDP lets early media through. */
export function takeProgress(call: Call, response: SipResponse): void {
  if (response.status > 100) call.note('ringing', String(response.status));
  if (response.body !== '') call.negotiation.apply(response.body);
}

export function takeOutcome(call: Call, outcome: InviteOutcome, givenUp: 'yes' | 'no'): void {
  if (outcome.kind !== 'answered') {
    call.end(endOf(outcome, givenUp));
    return;
  }
  // A 200 after a reliable 183 with the answer in it need not repeat it (RFC 3262 §5).
  if (outcome.response.body !== '') call.negotiation.apply(outcome.response.body);
  call.answer(outcome.dialog);
  if (call.negotiation.stage === 'open') void call.hangUp();
}

function endOf(outcome: Exclude<InviteOutcome, { kind: 'answered' }>, givenUp: 'yes' | 'no'): CallEnd {
  if (outcome.kind !== 'failed') return { by: 'network' };
  return { by: givenUp === 'yes' ? 'us' : 'them', status: outcome.response.status };
}

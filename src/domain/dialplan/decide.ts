/**
 * What a session wants done next. Reads only, so asking twice gives the same answer; the runner commits the directives
 * with their activity ids, feeds them back as `issued`, and then performs them. Called by the runner, sim and tests.
 */
import type { CallDisposition, CallMark, LegDisposition } from '../calls/call.js';
import { callDisposition } from '../calls/disposition.js';
import { present } from '../values/present.js';
import type { Directive } from './directives.js';
import type { Facts } from './facts.js';
import type { OperatorDecision, Session, SessionEnding } from './session.js';

/** What the use case that started the call acts on: `later` → re-queue, `spam` → block, `not-mine` → every operator passed. */
export interface SessionOutcome {
  readonly disposition: CallDisposition;
  /** Who accepted. */
  readonly operator?: string;
  readonly operatorDecision?: OperatorDecision;
  /** How the client's phone was reached; absent when it was never dialled. */
  readonly clientDisposition?: LegDisposition;
  /** What was said of the call last: by a key of the operator, the console, the API. */
  readonly mark?: CallMark;
}

export type Decision =
  /** Empty only for a fresh session: feeding `issued` back enters the plan. */
  | { readonly kind: 'directives'; readonly directives: readonly Directive[] }
  | { readonly kind: 'wait' }
  | {
      readonly kind: 'end';
      readonly disposition: CallDisposition;
      readonly reason: string;
      readonly outcome: SessionOutcome;
    };

const WAIT: Decision = { kind: 'wait' };

/** `facts` are those the session was advanced with. */
export function decide(session: Session, facts: Facts): Decision {
  if (session.due.length > 0 || session.state === 'arriving')
    return { kind: 'directives', directives: session.due };
  if (session.ending === undefined) return WAIT;
  const outcome = outcomeOf(session, session.ending, facts);
  return { kind: 'end', disposition: outcome.disposition, reason: session.ending.reason, outcome };
}

function outcomeOf(session: Session, ending: SessionEnding, { direction }: Facts): SessionOutcome {
  const { operator, operatorDecision, clientDisposition } = session;
  const said = {
    ...(operatorDecision === undefined ? {} : { operatorDecision }),
    ...(clientDisposition === undefined ? {} : { clientDisposition }),
  };
  const talked = session.bridgedAt === undefined ? 'no' : 'yes';
  const callerAnswered = Object.values(session.legs).some(
    (leg) => leg.role === 'caller' && leg.answeredAt !== undefined,
  )
    ? 'yes'
    : 'no';
  const derived = callDisposition({
    direction,
    talked,
    endedBy: ending.by,
    sought: session.sought,
    callerAnswered,
    ...said,
  });
  // A talk is a talk, whatever the plan states about calls that end in this place.
  const disposition = talked === 'yes' ? derived : (ending.disposition ?? derived);
  const { mark } = session;
  return { disposition, ...present({ operator, mark }), ...said };
}

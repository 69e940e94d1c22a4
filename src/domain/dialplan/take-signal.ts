/** The `signal` input: what a leg did. Called by advance.ts, and for answers and ends that come as outcomes. */
import type { Ending } from '../calls/call.js';
import type { ActivityId, Instant } from '../values/ids.js';
import { activitiesOf, dropActivity } from './activities.js';
import type { LegRef } from './directives.js';
import { endLeg, finish } from './endings.js';
import { letGo } from './hand-over.js';
import type { Input, SessionSignal } from './inputs.js';
import { changeLeg, isAlive, moveLegOf, noteClient } from './legs.js';
import type { RunningActivity } from './session.js';
import { showStep } from './steps.js';
import {
  inherit,
  isSupervisor,
  supervisorAnswered,
  supervisorEnded,
  supervisorPressed,
} from './supervise.js';
import { ignore, moveSession, order, tell, type Turn } from './turn.js';

type Takers = {
  readonly [K in SessionSignal['kind']]: (
    turn: Turn,
    leg: LegRef,
    signal: Extract<SessionSignal, { kind: K }>,
    at: Instant,
  ) => void;
};

const TAKERS: Takers = {
  ringing(turn, leg) {
    if (moveLegOf(turn, leg, 'rang') === 'ignored') return;
    changeLeg(turn, leg, { rang: 'yes' });
    showStep(turn, { kind: 'leg-ringing', leg });
  },
  'early-media'(turn, leg) {
    if (moveLegOf(turn, leg, 'sent-media') === 'ignored') return;
    changeLeg(turn, leg, { rang: 'yes' });
    showStep(turn, { kind: 'leg-early-media', leg });
  },
  answered: (turn, leg, _, at) => takeAnswered(turn, leg, at),
  ended: (turn, leg, { ending }) => takeEnded(turn, leg, ending),
  held: (turn, leg) => void moveLegOf(turn, leg, 'was-held'),
  resumed: (turn, leg) => void moveLegOf(turn, leg, 'was-resumed'),
  key(turn, leg, { digit }, at) {
    tell(turn, 'key.pressed', { leg, role: turn.session.legs[leg]?.role, digit });
    if (isSupervisor(turn, leg)) supervisorPressed(turn, leg, digit);
    else showStep(turn, { kind: 'key', leg, digit, at });
  },
  'transfer-requested'(turn, leg, signal) {
    if (showStep(turn, { ...signal, leg }) === 'unmoved')
      order(turn, { verb: 'answer-transfer', leg, answer: 'refused' });
  },
};

export function takeSignal(turn: Turn, { leg, signal, at }: Extract<Input, { kind: 'signal' }>): void {
  if (turn.session.legs[leg] === undefined) ignore(turn, `${signal.kind} of an unknown leg`);
  else if (!isAlive(turn, leg) && signal.kind !== 'ended')
    ignore(turn, `${signal.kind} of a leg that is over`);
  else
    (TAKERS[signal.kind] as (turn: Turn, leg: LegRef, signal: SessionSignal, at: Instant) => void)(
      turn,
      leg,
      signal,
      at,
    );
}

/** Signal and outcome both report an answer, in any order; the second one finds the leg answered already. */
export function takeAnswered(turn: Turn, leg: LegRef, at: Instant): void {
  for (const [id] of dialsOf(turn, leg)) dropActivity(turn, id);
  const before = turn.session.legs[leg];
  if (
    before === undefined ||
    before.answeredAt !== undefined ||
    moveLegOf(turn, leg, 'answered') === 'ignored'
  )
    return;
  changeLeg(turn, leg, { answeredAt: at });
  noteClient(turn, before.role, 'answered');
  settleRinging(turn);
  if (isSupervisor(turn, leg)) supervisorAnswered(turn, leg);
  else showStep(turn, { kind: 'leg-answered', leg });
}

function dialsOf(turn: Turn, leg: LegRef): readonly (readonly [ActivityId, RunningActivity])[] {
  return activitiesOf(turn, leg).filter(
    ([, { verb }]) => verb === 'originate' || verb === 'answer' || verb === 'ring',
  );
}

export function takeEnded(turn: Turn, leg: LegRef, ending: Ending): void {
  const before = turn.session.legs[leg];
  if (before === undefined || before.state === 'ended') return;
  endLeg(turn, leg, ending);
  if (before.letGo !== undefined) return;
  settleRinging(turn);
  if (isSupervisor(turn, leg)) supervisorEnded(turn, leg);
  else if (turn.session.handedOver?.leg === leg) letGo(turn);
  else if (inherit(turn, leg) === 'nobody') showEnd(turn, leg, ending);
}

function showEnd(turn: Turn, leg: LegRef, ending: Ending): void {
  const step = turn.session.step?.id;
  showStep(turn, { kind: 'leg-ended', leg, ending });
  // The caller of an inbound call has left and the step did not make anything of it: nobody is left to serve.
  if (turn.session.legs[leg]?.role === 'caller' && turn.session.step?.id === step)
    finish(turn, { reason: 'caller hung up', by: 'caller' });
}

/** `ringing-out` ends when no leg of ours rings any more. */
function settleRinging(turn: Turn): void {
  const rings = Object.values(turn.session.activities).some((running) => running.verb === 'originate');
  if (!rings) moveSession(turn, 'ring-ended');
}

/** How legs, talks and the session begin to count and come to their end within a turn. Called by verbs and the engine. */
import type { Ending } from '../calls/call.js';
import { legDisposition } from '../calls/disposition.js';
import type { ActivityId } from '../values/ids.js';
import { dropActivitiesOf, startRecording, stopActivity, stopRecordingsOf } from './activities.js';
import type { HangupReason, LegRef } from './directives.js';
import { changeLeg, isAlive, isTalking, moveLegOf, noteClient } from './legs.js';
import type { RunningActivity, SessionEnding, SessionLeg } from './session.js';
import { moveSession, order, tell, withdraw, type Turn } from './turn.js';

/** Books the end of a leg and of everything that ran on it. */
export function endLeg(turn: Turn, ref: LegRef, ending: Ending): void {
  const leg = turn.session.legs[ref];
  if (leg === undefined || moveLegOf(turn, ref, 'ended') === 'ignored') return;
  changeLeg(turn, ref, { ending });
  if (leg.letGo === undefined) noteClient(turn, leg.role, legDisposition(ending, leg));
  dropActivitiesOf(turn, ref);
}

/** Cancels or hangs up a leg. One whose INVITE was never issued just vanishes. */
export function hangUp(turn: Turn, ref: LegRef, reason: HangupReason): void {
  const leg = turn.session.legs[ref];
  if (leg === undefined || !isAlive(turn, ref)) return;
  stopRecordingsOf(turn, ref);
  if (withdraw(turn, (directive) => directive.verb === 'originate' && directive.leg === ref)) {
    moveLegOf(turn, ref, 'ended');
  } else {
    noteClient(turn, leg.role, leg.answeredAt === undefined ? 'cancelled' : 'answered');
    order(turn, { verb: 'hang-up', leg: ref, reason });
  }
  changeLeg(turn, ref, { letGo: reason });
  dropActivitiesOf(turn, ref);
}

/** Books bridges whose two legs have both answered: the talk begins, and with it the recording when one is armed. */
export function settleTalks(turn: Turn): void {
  const { activities } = turn.session;
  for (const id of Object.keys(activities)) {
    const bridge = activities[id];
    if (bridge?.verb !== 'bridge' || bridge.talkAt !== undefined) continue;
    const { leg, other } = bridge;
    if (leg === undefined || other === undefined) continue;
    if (isTalking(turn, leg) && isTalking(turn, other)) beginTalk(turn, id, bridge, [leg, other]);
  }
}

function beginTalk(turn: Turn, id: string, bridge: RunningActivity, legs: readonly [LegRef, LegRef]): void {
  turn.session.activities = { ...turn.session.activities, [id]: { ...bridge, talkAt: turn.now } };
  turn.session.bridgedAt ??= turn.now;
  moveSession(turn, 'bridged');
  tell(turn, 'call.bridged', { legs });
  if (turn.session.recording === 'armed') startRecording(turn, ...legs);
}

/** Ends the session: everything that still goes on is stopped, every living leg is hung up. */
export function finish(turn: Turn, ending: SessionEnding): void {
  if (turn.session.ending !== undefined) return;
  turn.session.ending = ending;
  turn.session.step = null;
  moveSession(turn, 'finishing');
  const dials = ['originate', 'answer', 'ring'];
  for (const [id, running] of Object.entries(turn.session.activities) as [ActivityId, RunningActivity][]) {
    if (!dials.includes(running.verb)) stopActivity(turn, id);
  }
  for (const [ref, leg] of Object.entries(turn.session.legs)) hangUp(turn, ref, lastWord(leg));
}

/** An unanswered caller hears that we are not available; everyone else a plain end. */
function lastWord(leg: SessionLeg): HangupReason {
  return leg.role === 'caller' && leg.answeredAt === undefined ? 'unavailable' : 'normal';
}

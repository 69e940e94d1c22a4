/** The `outcome` input: how an activity ended. Called by advance.ts. */
import type { Ending } from '../calls/call.js';
import type { ActivityId } from '../values/ids.js';
import { dropActivity } from './activities.js';
import type { LegRef } from './directives.js';
import { hangUp } from './endings.js';
import { receiveParties } from './hand-over.js';
import type { ActivityOutcome } from './inputs.js';
import type { RunningActivity } from './session.js';
import { showStep } from './steps.js';
import { eavesdropEnded } from './supervise.js';
import { takeAnswered, takeEnded } from './take-signal.js';
import { ignore, order, type Turn } from './turn.js';

export function takeOutcome(turn: Turn, activity: ActivityId, outcome: ActivityOutcome): void {
  const running = turn.session.activities[activity];
  if (running === undefined) ignoreLate(turn, outcome);
  else if (running.verb === 'originate' && running.leg !== undefined)
    takeOriginated(turn, running.leg, outcome);
  else if (running.verb === 'answer' && outcome.kind === 'answered' && running.leg !== undefined)
    takeAnswered(turn, running.leg, turn.now);
  else takeEndOf(turn, activity, running, outcome);
}

/** `stopped` and `leg-ended` are the expected echo of our own stop or of the leg's end. */
function ignoreLate(turn: Turn, outcome: ActivityOutcome): void {
  if (outcome.kind !== 'stopped' && outcome.kind !== 'leg-ended')
    ignore(turn, `${outcome.kind} of an activity that is over`);
}

/** An `originate` ends with its leg answered or over, whatever the outcome says. */
function takeOriginated(turn: Turn, leg: LegRef, outcome: ActivityOutcome): void {
  if (outcome.kind === 'answered') {
    takeAnswered(turn, leg, turn.now);
    return;
  }
  // In doubt after a crash: what may be left of that INVITE is cancelled, and it is never sent again.
  if (outcome.kind === 'unknown') order(turn, { verb: 'hang-up', leg, reason: 'failure' });
  takeEnded(turn, leg, endingOf(turn, outcome));
}

function endingOf(turn: Turn, outcome: ActivityOutcome): Ending {
  const at = turn.now;
  if (outcome.kind === 'not-answered') return outcome.ending;
  if (outcome.kind === 'not-allowed') return { by: 'system', reason: outcome.why, at };
  return outcome.kind === 'unknown' ? { by: 'unknown', at } : { by: 'system', reason: 'failed', at };
}

function takeEndOf(
  turn: Turn,
  activity: ActivityId,
  running: RunningActivity,
  outcome: ActivityOutcome,
): void {
  const ended = endedLeg(running, outcome);
  if (ended !== undefined) {
    takeEnded(
      turn,
      ended,
      outcome.kind === 'not-answered' ? outcome.ending : { by: 'unknown', at: turn.now },
    );
    return;
  }
  dropActivity(turn, activity);
  if (running.verb === 'eavesdrop') {
    eavesdropEnded(turn, running.leg, activity);
    return;
  }
  if (running.leg !== undefined && running.then !== undefined) hangUp(turn, running.leg, running.then);
  if (outcome.kind === 'handed-over') receiveParties(turn, outcome.parties);
  const shown = showStep(turn, { kind: 'activity-ended', activity, running, outcome });
  // Whoever fetched them is not there any more.
  if (outcome.kind === 'handed-over' && shown === 'unmoved')
    for (const { leg } of outcome.parties) hangUp(turn, leg, 'normal');
}

/** The leg that an outcome reports as ended; its own signal may come later, or be lost. */
function endedLeg(running: RunningActivity, outcome: ActivityOutcome): LegRef | undefined {
  if (outcome.kind === 'not-answered') return running.leg;
  const concerned =
    outcome.kind === 'leg-ended' && (outcome.leg === running.leg || outcome.leg === running.other);
  return concerned ? outcome.leg : undefined;
}

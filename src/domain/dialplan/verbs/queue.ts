/**
 * `queue`: the caller waits with music for the next free operator. The place stands in the store; where it is and whose
 * turn it is come from there as commands. Here is only what the caller hears and who is rung.
 */
import type { ActivityId } from '../../values/ids.js';
import { dropActivity, startPlay, startQueueing, startWait, stopActivity } from '../activities.js';
import type { LegRef, QueueLeave } from '../directives.js';
import { textOf } from '../expressions.js';
import { operatorNamed } from '../groups.js';
import type { SessionCommand } from '../inputs.js';
import { isAlive, resolveLeg } from '../legs.js';
import { without } from '../../values/present.js';
import { spokenExpressions, spokenOf } from '../spoken.js';
import { order, setVariable, tell, valueOf, type Turn } from '../turn.js';
import { defineVerb, leave, stay, type Progress, type StepEvent, type StepNames } from '../verb.js';
import { QUEUE_OUTCOMES, queueStep, ringTermsOf, type QueueStep } from './queue-step.js';
import { beginRinging, giveUp, reactRinging, type RingState } from './ringing.js';
import { soundExpressions, startWaitingSound } from './waiting-sound.js';

interface QueueState {
  readonly leg: LegRef;
  readonly entry: ActivityId;
  readonly deadline: ActivityId;
  /** Until the next announcement, or the announcement itself. */
  readonly announcing?: ActivityId;
  readonly ringing?: { readonly operator: string; readonly state: RingState };
}

function begin(turn: Turn, step: QueueStep): Progress<QueueState> {
  turn.session.sought = 'yes';
  const leg = resolveLeg(turn, step.leg);
  if (!isAlive(turn, leg)) return leave('hung-up');
  const entry = startQueueing(turn, {
    leg,
    queue: step.queue,
    priority: Number(textOf(valueOf(turn, step.priority))) || 0,
    ...(step.group === undefined ? {} : { group: step.group }),
    ...(step.mostWaiting === undefined ? {} : { mostWaiting: step.mostWaiting }),
  });
  tell(turn, 'queue.joined', { queue: step.queue, leg });
  startWaitingSound(turn, leg, step.music);
  const deadline = startWait(turn, step.maxSeconds);
  return stay(timeAnnouncement(turn, step, { leg, entry, deadline }));
}

function timeAnnouncement(turn: Turn, { announce }: QueueStep, state: QueueState): QueueState {
  if (announce === undefined) return state;
  return { ...state, announcing: startWait(turn, announce.everySeconds) };
}

/** The place is given up, and everything that went on for it. */
function out(
  turn: Turn,
  state: QueueState,
  how: Exclude<QueueLeave, 'waiting'>,
  more: { readonly operator?: string } = {},
): void {
  if (state.ringing !== undefined && how !== 'served') giveUp(turn, state.ringing.state, how);
  for (const timer of [state.deadline, state.announcing]) if (timer !== undefined) stopActivity(turn, timer);
  dropActivity(turn, state.entry);
  const { operator } = more;
  order(turn, {
    verb: 'leave-queue',
    entry: state.entry,
    how,
    ...(operator === undefined ? {} : { operator }),
  });
  tell(turn, 'queue.left', { how, leg: state.leg, ...(operator === undefined ? {} : { operator }) });
}

function react(
  turn: Turn,
  step: QueueStep,
  state: QueueState,
  event: StepEvent,
): Progress<QueueState> | undefined {
  if (event.kind === 'command') return takeCommand(turn, step, state, event.command);
  if (event.kind === 'leg-ended' && event.leg === state.leg) {
    out(turn, state, 'left');
    return leave('hung-up');
  }
  if (event.kind === 'key' && event.leg === state.leg) return takeKey(turn, step, state, event.digit);
  if (event.kind === 'activity-ended') {
    const own = takeActivity(turn, step, state, event);
    if (own !== undefined) return own;
  }
  return followRinging(turn, step, state, event);
}

function takeCommand(
  turn: Turn,
  step: QueueStep,
  state: QueueState,
  command: SessionCommand,
): Progress<QueueState> | undefined {
  if (command.kind === 'queue-position') {
    const { position, waiting, waitSeconds } = command;
    setVariable(turn, 'queuePosition', position);
    setVariable(turn, 'queueWaiting', waiting);
    setVariable(turn, 'queueMinutes', waitSeconds === undefined ? null : Math.ceil(waitSeconds / 60));
    tell(turn, 'queue.moved', { queue: step.queue, position, waiting });
    return stay(state);
  }
  if (command.kind !== 'queue-offer' || state.ringing !== undefined) return undefined;
  return ring(turn, step, state, command.operator);
}

function ring(turn: Turn, step: QueueStep, state: QueueState, name: string): Progress<QueueState> {
  const operator = operatorNamed(turn.facts, name);
  tell(turn, 'queue.offered', { queue: step.queue, operator: name });
  const begun = beginRinging(turn, ringTermsOf(step), operator === undefined ? [] : [operator]);
  return settle(turn, state, name, begun);
}

function followRinging(
  turn: Turn,
  step: QueueStep,
  state: QueueState,
  event: StepEvent,
): Progress<QueueState> | undefined {
  const { ringing } = state;
  if (ringing === undefined) return undefined;
  const progress = reactRinging(turn, ringTermsOf(step), ringing.state, event);
  return progress && settle(turn, state, ringing.operator, progress);
}

/** An operator who does not take it gives the turn back; the caller keeps the place and hears nothing of it. */
function settle(
  turn: Turn,
  queueing: QueueState,
  operator: string,
  progress: Progress<RingState>,
): Progress<QueueState> {
  const state = without(queueing, 'ringing');
  if (progress.kind === 'stay') return stay({ ...state, ringing: { operator, state: progress.state } });
  if (progress.kind === 'leave' && progress.outcome === 'accepted') {
    out(turn, state, 'served', { operator });
    return leave('accepted');
  }
  order(turn, { verb: 'leave-queue', entry: state.entry, how: 'waiting', operator });
  return stay(state);
}

function takeActivity(
  turn: Turn,
  step: QueueStep,
  state: QueueState,
  { activity, running, outcome }: Extract<StepEvent, { kind: 'activity-ended' }>,
): Progress<QueueState> | undefined {
  if (activity === state.entry) {
    for (const timer of [state.deadline, state.announcing])
      if (timer !== undefined) stopActivity(turn, timer);
    return leave(outcome.kind === 'not-allowed' ? 'full' : 'failed');
  }
  if (activity === state.deadline) {
    out(turn, state, 'timeout');
    return leave('timeout');
  }
  if (activity !== state.announcing) return undefined;
  return running.verb === 'wait' ? announce(turn, step, state) : musicAgain(turn, step, state);
}

function announce(turn: Turn, step: QueueStep, state: QueueState): Progress<QueueState> {
  const known = turn.session.variables['queuePosition'] !== undefined;
  if (!known || step.announce === undefined) return stay(timeAnnouncement(turn, step, state));
  const what = step.announce.what.map((item) => spokenOf(turn, item));
  return stay({ ...state, announcing: startPlay(turn, state.leg, what) });
}

function musicAgain(turn: Turn, step: QueueStep, state: QueueState): Progress<QueueState> {
  startWaitingSound(turn, state.leg, step.music);
  return stay(timeAnnouncement(turn, step, state));
}

function takeKey(
  turn: Turn,
  step: QueueStep,
  state: QueueState,
  digit: string,
): Progress<QueueState> | undefined {
  if (digit === step.exitKey) {
    out(turn, state, 'exit');
    return leave('exit');
  }
  if (digit !== step.callback?.key) return undefined;
  out(turn, state, 'callback');
  return leave('callback');
}

function names(step: QueueStep): StepNames {
  return {
    usesLegs: [{ leg: step.leg, path: ['leg'] }],
    makesLegs: [step.as],
    setsVariables: ['queuePosition', 'queueWaiting', 'queueMinutes'],
    expressions: [
      { expression: step.priority, path: ['priority'] },
      ...soundExpressions(step.music, 'music'),
      ...spokenExpressions(step.announce?.what ?? [], ['announce', 'what']).map((one) => ({
        ...one,
        read: 'after-setting' as const,
      })),
    ],
    refersTo: step.group === undefined ? [] : [{ kind: 'group' as const, name: step.group, path: ['group'] }],
  };
}

export const queue = defineVerb<QueueStep, QueueState>({
  summary:
    'Lets a caller wait with music for the next free operator, and offers a callback that keeps the place.',
  schema: queueStep,
  outcomes: QUEUE_OUTCOMES,
  example: `
wait-for-sales:
  do: queue
  queue: sales
  group: sales
  music: [{ file: music.wav }]
  announce:
    everySeconds: 45
    what: [{ prompt: queue-position, names: { position: queuePosition } }]
  exitKey: '*'
  callback: { key: '1' }
  maxSeconds: 600
  on: { accepted: talk, exit: leave-message, callback: promise, timeout: leave-message }
`,
  more: 'Answer the caller first. The places of a queue are served by `priority`, then by arrival; one free operator is rung for one caller at a time. The key of `callback` ends the wait but not the place: when its turn comes, a callback of that number is made as for a lead. The variables `queuePosition` (1 is next), `queueWaiting` and `queueMinutes` (the mean wait of the last callers who were served, absent at first) can be spoken. Keys work at any time of the wait.',
  names,
  begin,
  react,
});

/**
 * The only way a session changes: one input in, the next session out. Brings legs and activities up to date first, then
 * shows the event to the current step. Inputs that fit nothing are counted, never thrown. Called by the runner, sim,
 * replay and the tests.
 */
import type { Instant } from '../values/ids.js';
import { changeRecordings } from './activities.js';
import type { Directive } from './directives.js';
import { finish, settleTalks } from './endings.js';
import type { Facts } from './facts.js';
import type { Input, SessionCommand } from './inputs.js';
import { moveLegOf } from './legs.js';
import type { Plans, Session } from './session.js';
import { handOver, letGo } from './hand-over.js';
import { requestMove } from './move.js';
import {
  changeMember,
  joinTalk,
  settleSupervision,
  stopSupervising,
  supervise,
  takeOver,
} from './supervise.js';
import { markCall } from './marks.js';
import { enterPlan, showStep } from './steps.js';
import { takeOutcome } from './take-outcome.js';
import { takeSignal } from './take-signal.js';
import { ignore, moveSession, order, tell, type Turn } from './turn.js';

/** Total and pure; `session` itself is left as it was. `now` is when the input is taken, in ms. */
export function advance(session: Session, input: Input, facts: Facts, plans: Plans, now: Instant): Session {
  const turn: Turn = { session: { ...session }, facts, plans, now };
  if (session.state === 'closed') ignore(turn, `${input.kind} after the end`);
  else take(turn, input);
  settleTalks(turn);
  settleSupervision(turn);
  if (turn.session.ending !== undefined && turn.session.due.length === 0) moveSession(turn, 'closed');
  return turn.session;
}

function take(turn: Turn, input: Input): void {
  if (input.kind === 'issued') takeIssued(turn, input.directives);
  else if (input.kind === 'outcome') takeOutcome(turn, input.activity, input.outcome);
  else if (input.kind === 'signal') takeSignal(turn, input);
  else takeCommand(turn, input.by, input.command);
}

/** The first `issued` of a session, an empty one, enters its plan. */
function takeIssued(turn: Turn, directives: readonly Directive[]): void {
  for (const directive of directives) {
    const index = turn.session.due.findIndex((due) => isSame(due, directive));
    if (index < 0) continue;
    turn.session.due = turn.session.due.toSpliced(index, 1);
    if (directive.verb === 'originate') moveLegOf(turn, directive.leg, 'invited');
  }
  if (turn.session.state === 'arriving') enterPlan(turn);
}

/** A session that was stored and read again holds equal, not identical directives. */
function isSame(a: Directive, b: Directive): boolean {
  return a === b || (a.verb === b.verb && JSON.stringify(a) === JSON.stringify(b));
}

type Commands = {
  readonly [K in SessionCommand['kind']]: (
    turn: Turn,
    by: string,
    command: Extract<SessionCommand, { kind: K }>,
  ) => void;
};

const COMMANDS: Commands = {
  'hang-up'(turn, by) {
    tell(turn, 'call.commanded', { by, command: 'hang-up' });
    finish(turn, { reason: 'hung up by command', by: 'command' });
  },
  tag: (turn, _by, { tags }) => order(turn, { verb: 'tag', tags }),
  mark: (turn, by, { mark }) => markCall(turn, mark, by),
  'pause-recording': (turn, _by, { kind }) => recordings(turn, kind),
  'resume-recording': (turn, _by, { kind }) => recordings(turn, kind),
  supervise,
  join: joinTalk,
  'stop-supervising': stopSupervising,
  member: changeMember,
  'take-over': takeOver,
  move: requestMove,
  'hand-over': handOver,
  'let-go': letGo,
  'queue-position': showCommand,
  'queue-offer': showCommand,
  'pick-up': showCommand,
};

function takeCommand(turn: Turn, by: string, command: SessionCommand): void {
  // The table is total over kinds; TypeScript cannot see that key and argument belong together.
  const take = COMMANDS[command.kind] as (turn: Turn, by: string, command: SessionCommand) => void;
  if (turn.session.ending !== undefined) ignore(turn, `${command.kind} after the end`);
  else take(turn, by, command);
}

/** A queue or a parking place may still speak to a step that has gone on. */
function showCommand(turn: Turn, by: string, command: SessionCommand): void {
  if (showStep(turn, { kind: 'command', by, command }) === 'unmoved')
    ignore(turn, `${command.kind} that no step waits for`);
}

function recordings(turn: Turn, verb: 'pause-recording' | 'resume-recording'): void {
  if (changeRecordings(turn, verb) === 0) ignore(turn, `${verb} without a recording`);
}

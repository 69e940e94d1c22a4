/**
 * What the simulated world does about a directive: when, and which inputs come of it. One table, verb → answer; a verb
 * without a row has no outcome of its own. Operators are shared by all calls: one who talks is busy for the others.
 */
import type { Directive, Spoken } from '../../dialplan/directives.js';
import type { ActivityOutcome, Input, SessionSignal } from '../../dialplan/inputs.js';
import { fieldOf } from '../../dialplan/advice/flow.js';
import { spokenSeconds } from '../../dialplan/advice/texts.js';
import type { Plans, Session } from '../../dialplan/session.js';
import type { StepShape } from '../../dialplan/verb.js';
import type { ActivityId } from '../../values/ids.js';
import type { Chance } from './chance.js';
import type { Habits } from './habits.js';

export interface Happens {
  /** Milliseconds from now. */
  readonly after: number;
  readonly inputs: (session: Session, at: number) => readonly Input[];
}

export interface Surroundings {
  readonly chance: Chance;
  readonly habits: Habits;
  readonly plans: Plans;
  /** Operators in a call, and in which. */
  readonly busy: Map<string, string>;
}

type Of<V extends Directive['verb']> = Extract<Directive, { verb: V }>;
type Answers = {
  readonly [V in Directive['verb']]?: (
    world: Surroundings,
    directive: Of<V>,
    session: Session,
  ) => readonly Happens[];
};

const SECOND = 1000;

function outcome(activity: ActivityId, what: ActivityOutcome): Input {
  return { kind: 'outcome', activity, outcome: what };
}

function settles(seconds: number, activity: ActivityId, what: ActivityOutcome): readonly Happens[] {
  return [{ after: seconds * SECOND, inputs: () => [outcome(activity, what)] }];
}

function signals(leg: string, signal: (at: number) => SessionSignal): Happens['inputs'] {
  return (_session, at) => [{ kind: 'signal', leg, signal: signal(at), at }];
}

/** The end of a leg is told twice, as a runner does: as its signal, and as the outcome of what went on with it. */
export function endsLeg(leg: string, sipStatus?: number): Happens['inputs'] {
  return (session, at) => {
    const by = leg === 'caller' ? 'caller' : 'callee';
    const ending = { by, at, ...(sipStatus === undefined ? {} : { sipStatus }) } as const;
    const own = Object.entries(session.activities).filter(([, one]) => one.leg === leg);
    return [
      { kind: 'signal', leg, signal: { kind: 'ended', ending }, at },
      ...own.map(([id]) => outcome(id as ActivityId, { kind: 'leg-ended', leg })),
    ];
  };
}

function answers(leg: string, activity: ActivityId): Happens['inputs'] {
  return (session, at) =>
    session.legs[leg]?.state === 'ended'
      ? []
      : [{ kind: 'signal', leg, signal: { kind: 'answered' }, at }, outcome(activity, { kind: 'answered' })];
}

function secondsOf({ habits }: Surroundings, what: readonly Spoken[]): number {
  const each = what.map((spoken) => {
    if (spoken.kind === 'silence') return spoken.ms / SECOND;
    return spoken.kind === 'template' ? spokenSeconds(spoken.template) : habits.promptSeconds;
  });
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

/** A ringback or music has no end of its own. */
function isEndless(what: readonly Spoken[]): boolean {
  return what.some((spoken) => spoken.kind === 'tone' && spoken.tone !== 'beep');
}

const ANSWERS: Answers = {
  answer: (_world, { leg, activity }) => [{ after: 200, inputs: answers(leg, activity) }],
  play: (world, { activity, what }) =>
    isEndless(what) ? [] : settles(secondsOf(world, what), activity, { kind: 'done' }),
  gather: (world, directive, session) => {
    const listens = secondsOf(world, directive.what);
    const digits = pressed(world, directive, session);
    return digits === undefined
      ? settles(listens + directive.timeoutSeconds, directive.activity, { kind: 'no-input' })
      : settles(listens * 0.8 + 1, directive.activity, { kind: 'digits', digits });
  },
  originate: (world, directive) => rings(world, directive),
  bridge: (world, { a, b }) => [
    {
      after: (2 + world.chance.exponential(world.habits.talkSeconds)) * SECOND,
      inputs: endsLeg(world.chance.happens(0.5) ? a : b),
    },
  ],
  wait: (_world, { activity, seconds }) => settles(seconds, activity, { kind: 'elapsed' }),
  webhook: (world, { activity, timeoutSeconds }) =>
    world.chance.happens(world.habits.webhookFails)
      ? settles(timeoutSeconds, activity, { kind: 'failed', why: 'no answer in time' })
      : settles(0.3, activity, { kind: 'responded', status: 200, body: '{}' }),
  'hang-up': ({ busy }, { leg }, session) => {
    setFree(busy, session, leg);
    return [{ after: 50, inputs: endsLeg(leg) }];
  },
};

export function answersOf(world: Surroundings, directive: Directive, session: Session): readonly Happens[] {
  const answer = ANSWERS[directive.verb] as
    ((world: Surroundings, directive: Directive, session: Session) => readonly Happens[]) | undefined;
  return answer?.(world, directive, session) ?? [];
}

/** Operators are free again when their leg is over, or their call. */
export function setFree(busy: Map<string, string>, session: Session, leg?: string): void {
  const legs = leg === undefined ? Object.values(session.legs) : [session.legs[leg]];
  for (const one of legs)
    if (one?.role === 'operator' && busy.get(one.party) === session.callId) busy.delete(one.party);
}

function stepOf({ plans }: Surroundings, session: Session): StepShape | undefined {
  const id = session.step?.id;
  return id === undefined ? undefined : plans[session.plan]?.steps[id];
}

/** What the person presses; undefined: nothing. */
function pressed(
  world: Surroundings,
  { leg, minDigits }: Of<'gather'>,
  session: Session,
): string | undefined {
  const { chance, habits } = world;
  const keys = (fieldOf(stepOf(world, session) ?? { do: '' }, 'keys') ?? {}) as Readonly<
    Record<string, string>
  >;
  if (session.legs[leg]?.role === 'operator')
    return chance.happens(habits.operatorAccepts) ? (keys['accept'] ?? '1') : undefined;
  const draw = chance.next();
  if (draw < habits.callerErrs) return '8'.repeat(minDigits);
  if (draw > habits.callerErrs + habits.callerPresses) return undefined;
  const [first, ...others] = Object.keys(keys);
  return first === undefined ? '5'.repeat(minDigits) : chance.pick([first, ...others]);
}

function rings(world: Surroundings, directive: Of<'originate'>): readonly Happens[] {
  const { leg, activity, role, party, dialled } = directive;
  const { busy, chance, habits } = world;
  const callId = activity.slice(0, activity.lastIndexOf('.'));
  if (dialled.kind !== 'operator') {
    const draw = chance.next();
    if (draw < habits.clientBusy) return [{ after: 3 * SECOND, inputs: endsLeg(leg, 486) }];
    return taken(world, directive, draw < habits.clientBusy + habits.clientAnswers ? 'yes' : 'no');
  }
  if (role === 'operator' && busy.has(party) && busy.get(party) !== callId)
    return settles(0, activity, { kind: 'not-allowed', why: 'busy-device' });
  busy.set(party, callId);
  return taken(world, directive, chance.happens(habits.operatorAnswers) ? 'yes' : 'no');
}

function taken(
  { chance, habits }: Surroundings,
  { leg, activity, ringSeconds }: Of<'originate'>,
  willing: 'yes' | 'no',
): readonly Happens[] {
  const ringing = { after: 500, inputs: signals(leg, () => ({ kind: 'ringing', sipStatus: 180 })) };
  const pickUp = 1 + chance.exponential(habits.pickUpSeconds);
  return willing === 'yes' && pickUp < ringSeconds
    ? [ringing, { after: pickUp * SECOND, inputs: answers(leg, activity) }]
    : [ringing, { after: ringSeconds * SECOND, inputs: endsLeg(leg, 487) }];
}

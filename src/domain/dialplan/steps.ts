/** Walking from step to step within a turn: entering, leaving by outcome, the step budget. Called by advance.ts. */
import { finish } from './endings.js';
import { FAIL_SAFE, FAIL_SAFE_STEPS, mayGoToFailSafe } from './fail-safe.js';
import { failSafePlan } from './fail-safe-plan.js';
import { leaveSubPlan } from './frames.js';
import type { Dialplan } from './schema.js';
import type { TraceEntry, Value } from './session.js';
import { moveSession, trace, type Turn } from './turn.js';
import type { Progress, StepEvent, StepShape, Verb } from './verb.js';
import { present } from '../values/present.js';
import { VERBS } from './verbs/table.js';

/** Where to go: a step, of another plan when one is named; an empty step is the plan's start. */
interface Place {
  readonly step: string;
  readonly plan?: string | undefined;
  /** Where the step before names it. */
  readonly row?: string | undefined;
  /** The step that names it, when a sub-plan was in between. */
  readonly from?: TraceEntry['from'];
}

interface Found {
  readonly id: string;
  readonly step: StepShape;
  readonly verb: Verb;
}

export function enterPlan(turn: Turn): void {
  moveSession(turn, 'plan-started');
  walk(turn, { step: '' }, 'the call began');
}

/** Enters steps until one of them stays. Each costs one of the budget, so even a loop of `goto`s ends. */
function walk(turn: Turn, first: Place, firstWhy: string): void {
  let place: Place | undefined = first;
  let why = firstWhy;
  while (place !== undefined && turn.session.ending === undefined) {
    const found = find(turn, place);
    if (found === undefined || turn.session.stepsLeft === 0) {
      why = found === undefined ? `no step ${place.step}` : 'step-budget';
      place = giveUp(turn, why);
      continue;
    }
    turn.session.stepsLeft -= 1;
    const { row, from } = place;
    trace(turn, { step: found.id, ...present({ row, from }), why });
    const progress = found.verb.begin(turn, found.step);
    place = settle(turn, found, progress);
    why = reasonOf(found, progress);
  }
}

/** The plan is broken: on with the fail-safe, where there is one. */
function giveUp(turn: Turn, reason: string): Place | undefined {
  if (!mayGoToFailSafe(turn)) {
    finish(turn, { reason, by: 'engine' });
    return undefined;
  }
  turn.session.stepsLeft = FAIL_SAFE_STEPS;
  return { step: '', plan: FAIL_SAFE, row: FAIL_SAFE };
}

function planNamed({ plans, facts: { failSafe } }: Turn, name: string): Dialplan | undefined {
  if (name === FAIL_SAFE && failSafe !== undefined) return failSafePlan(failSafe);
  return Object.hasOwn(plans, name) ? plans[name] : undefined;
}

function find(turn: Turn, place: Place): Found | undefined {
  const name = place.plan ?? turn.session.plan;
  const plan = planNamed(turn, name);
  if (plan === undefined) return undefined;
  turn.session.plan = name;
  const id = place.step === '' ? plan.start : place.step;
  const step = Object.hasOwn(plan.steps, id) ? plan.steps[id] : undefined;
  const verb = step === undefined ? undefined : VERBS[step.do];
  return step === undefined || verb === undefined ? undefined : { id, step, verb };
}

/** Books what a verb answered; returns the place to go on at. */
function settle(turn: Turn, { id, step, verb }: Found, progress: Progress<object>): Place | undefined {
  if (progress.kind === 'over') {
    const stated = progress.disposition === undefined ? {} : { disposition: progress.disposition };
    finish(turn, { reason: `${id}: ${progress.reason}`, by: 'dialplan', ...stated });
    return undefined;
  }
  if (progress.kind === 'stay') {
    turn.session.step = { id, verb: step.do, state: progress.state };
    return undefined;
  }
  turn.session.step = null;
  if (progress.kind === 'jump') return progress;
  if (progress.kind === 'return') return goBack(turn, progress.value);
  const next = targetOf(step, verb, progress.outcome);
  if (next === undefined)
    finish(turn, { reason: `${id}: ${progress.outcome}`, by: hasCallerLeft(turn) ? 'caller' : 'dialplan' });
  return next;
}

/** The calling step is left as if it had come to its end just now. */
function goBack(turn: Turn, value: Value): Place | undefined {
  const frame = leaveSubPlan(turn, value);
  const calling = frame === undefined ? undefined : find(turn, { step: frame.step, plan: frame.plan });
  if (frame === undefined || calling === undefined) return giveUp(turn, 'return without a sub-plan');
  const next = targetOf(calling.step, calling.verb, 'returned');
  if (next === undefined) finish(turn, { reason: `${calling.id}: returned`, by: 'dialplan' });
  return next && { ...next, from: { plan: frame.plan, step: frame.step } };
}

function hasCallerLeft(turn: Turn): boolean {
  return Object.values(turn.session.legs).some(
    (leg) => leg.role === 'caller' && leg.state === 'ended' && leg.letGo === undefined,
  );
}

/** The step an outcome leads to: its own, that of the outcome it counts as, or none: the call ends. */
function targetOf(step: StepShape, verb: Verb, outcome: string): Place | undefined {
  const own = step.on?.[outcome];
  if (own !== undefined) return { step: own, row: `on.${outcome}` };
  if (outcome === Object.keys(verb.outcomes)[0] && step.next !== undefined)
    return { step: step.next, row: 'next' };
  const otherwise = verb.outcomes[outcome]?.otherwise;
  return typeof otherwise === 'object' ? targetOf(step, verb, otherwise.as) : undefined;
}

function reasonOf({ id }: Found, progress: Progress<object>): string {
  if (progress.kind === 'jump') return `${id}: ${progress.row.replace('.', ' ')}`;
  if (progress.kind === 'return') return `${id}: returned`;
  if (progress.kind !== 'leave') return id;
  const because = progress.because === undefined ? '' : ` (${progress.because})`;
  return `${id}: ${progress.outcome}${because}`;
}

/** Shows an event to the current step. `unmoved`: the step does not care, or there is none. */
export function showStep(turn: Turn, event: StepEvent): 'moved' | 'unmoved' {
  const current = turn.session.step;
  const found = current === null ? undefined : find(turn, { step: current.id });
  if (current === null || found?.verb.react === undefined) return 'unmoved';
  const progress = found.verb.react(turn, found.step, current.state, event);
  if (progress === undefined) return 'unmoved';
  const place = settle(turn, found, progress);
  if (place !== undefined) walk(turn, place, reasonOf(found, progress));
  return 'moved';
}

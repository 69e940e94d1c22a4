/**
 * A plan as a directed graph: which steps follow which, which loops it has, what a way through it costs. Nothing recurs,
 * so that a plan of ten thousand steps is as safe as one of ten. Called by the advisory rules.
 */
import { followsOf, namesOf } from '../lint.js';
import type { Dialplan } from '../schema.js';
import type { StepShape } from '../verb.js';
import { VERBS } from '../verbs/table.js';

/** The party is gone: no way out for somebody who stays on the line. */
const GONE: readonly string[] = ['hung-up', 'gone', 'caller-left', 'a-left', 'b-left'];

export interface Flow {
  readonly plan: Dialplan;
  /** Steps of this plan that may follow, without repeats. */
  readonly next: ReadonlyMap<string, readonly string[]>;
  /** Groups of steps that lead back to each other, in such an order that what follows a group stands before it. */
  readonly components: readonly (readonly string[])[];
}

export function flowOf(plan: Dialplan): Flow {
  const next = new Map(Object.entries(plan.steps).map(([id, step]) => [id, successors(plan, step)] as const));
  return { plan, next, components: componentsOf(next) };
}

function successors(plan: Dialplan, step: StepShape): readonly string[] {
  const own = followsOf(step).filter((follow) => follow.plan === undefined);
  return [...new Set(own.map((follow) => follow.step))].filter((id) => Object.hasOwn(plan.steps, id));
}

/** May the call end here, or go to another plan, while everybody is still on the line? */
export function leadsOut(step: StepShape): boolean {
  if (followsOf(step).some((follow) => follow.plan !== undefined)) return true;
  if (
    step.do === 'return' ||
    step.do === 'reject' ||
    (step.do === 'hangup' && fieldOf(step, 'leg') === undefined)
  )
    return true;
  return unhandledEnds(step).some((outcome) => !GONE.includes(outcome));
}

/** Outcomes that end the call because no row names them. */
export function unhandledEnds(step: StepShape): readonly string[] {
  return Object.keys(VERBS[step.do]?.outcomes ?? {}).filter((name) => targetOf(step, name) === undefined);
}

/** The step that follows an outcome, through those it counts as; undefined when the call ends. */
export function targetOf(step: StepShape, outcome: string): string | undefined {
  const outcomes = VERBS[step.do]?.outcomes ?? {};
  const main = Object.keys(outcomes)[0];
  const seen = new Set<string>();
  for (let at = outcome; !seen.has(at);) {
    seen.add(at);
    const own = step.on?.[at] ?? (at === main ? step.next : undefined);
    if (own !== undefined) return own;
    const otherwise = outcomes[at]?.otherwise;
    if (typeof otherwise === 'object') at = otherwise.as;
  }
  return undefined;
}

/** Options of a step beside those that every verb has. */
export function fieldOf(step: StepShape, name: string): unknown {
  return (step as unknown as Readonly<Record<string, unknown>>)[name];
}

export function numberField(step: StepShape, name: string): number | undefined {
  const value = fieldOf(step, name);
  return typeof value === 'number' ? value : undefined;
}

/** Does the plan speak of the party of an inbound call? */
export function hasCaller(plan: Dialplan): boolean {
  return Object.values(plan.steps).some((step) =>
    (namesOf(step).usesLegs ?? []).some(({ leg }) => leg === 'caller'),
  );
}

/** Steps that can be reached from some, those included. */
export function reachableFrom(
  flow: Flow,
  starts: readonly string[],
  through: (id: string) => boolean = () => true,
): ReadonlySet<string> {
  const reached = new Set(starts);
  // A set grows while it is walked.
  for (const id of reached) if (through(id)) for (const to of flow.next.get(id) ?? []) reached.add(to);
  return reached;
}

interface Frame {
  readonly id: string;
  readonly next: readonly string[];
  at: number;
}

/** Tarjan's strongly connected components, with a stack of our own in the place of recursion. */
function componentsOf(next: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const found: string[][] = [];
  const frames: Frame[] = [];
  const enter = (id: string): void => {
    index.set(id, index.size);
    low.set(id, index.get(id) ?? 0);
    open.push(id);
    isOpen.add(id);
    frames.push({ id, next: next.get(id) ?? [], at: 0 });
  };
  const lower = (id: string, to: number | undefined): void => {
    low.set(id, Math.min(low.get(id) ?? 0, to ?? Number.MAX_SAFE_INTEGER));
  };
  const close = ({ id }: Frame): void => {
    frames.pop();
    const parent = frames.at(-1);
    if (parent !== undefined) lower(parent.id, low.get(id));
    if (low.get(id) !== index.get(id)) return;
    const members = open.splice(open.lastIndexOf(id));
    for (const member of members) isOpen.delete(member);
    found.push(members);
  };
  for (const root of next.keys()) {
    if (!index.has(root)) enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const to = frame.next[frame.at];
      frame.at += 1;
      if (to === undefined) close(frame);
      else if (!index.has(to)) enter(to);
      else if (isOpen.has(to)) lower(frame.id, index.get(to));
    }
  }
  return found;
}

/** Groups of steps a call may go round in. */
export function loopsOf(flow: Flow): readonly (readonly string[])[] {
  return flow.components.filter(
    (ids) => ids.length > 1 || ids.some((id) => flow.next.get(id)?.includes(id) === true),
  );
}

/** The most a way from the start may cost; each loop is gone round once. `isOver` steps count nothing and end the way. */
export function dearestWay(
  flow: Flow,
  costOf: (id: string) => number,
  isOver: (id: string) => boolean,
): { readonly cost: number; readonly at: string } {
  const best = new Map<string, { readonly cost: number; readonly at: string }>();
  for (const ids of flow.components) {
    if (ids.some(isOver)) continue;
    const own = ids.reduce((sum, id) => sum + costOf(id), 0);
    const onward = ids
      .flatMap((id) => flow.next.get(id) ?? [])
      .flatMap((id) => (ids.includes(id) ? [] : [best.get(id)]))
      .reduce((most, one) => (one !== undefined && one.cost > (most?.cost ?? 0) ? one : most), undefined);
    const total = { cost: own + (onward?.cost ?? 0), at: onward?.at ?? ids[0] ?? '' };
    for (const id of ids) best.set(id, total);
  }
  return best.get(flow.plan.start) ?? { cost: 0, at: flow.plan.start };
}

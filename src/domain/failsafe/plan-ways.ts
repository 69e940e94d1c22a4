/**
 * What a plan would ring, as far as the clock alone decides: the ways from its first step to the phones, each with the
 * opening hours that lead there. Whatever else decides (keys, variables, shares) is told, and its usual way is taken.
 * Called by failsafe-set.ts.
 */
import { fieldOf, targetOf } from '../dialplan/advice/flow.js';
import type { Expression } from '../dialplan/expressions.js';
import { followsOf } from '../dialplan/lint.js';
import type { Plans } from '../dialplan/session.js';
import type { StepShape } from '../dialplan/verb.js';
import { VERBS } from '../dialplan/verbs/table.js';

export interface TimeCondition {
  readonly hours: string;
  readonly is: 'open' | 'closed';
}

/** Whom a step rings. */
export type Rung =
  | { readonly kind: 'group'; readonly group: string | undefined; readonly ringSeconds: number | undefined }
  | { readonly kind: 'operator'; readonly operator: string; readonly ringSeconds: number | undefined }
  | { readonly kind: 'uri'; readonly uri: string; readonly ringSeconds: number | undefined }
  | {
      readonly kind: 'number';
      readonly number: string;
      readonly trunk: string | undefined;
      readonly ringSeconds: number | undefined;
    };

export interface Way {
  readonly when: readonly TimeCondition[];
  /** One after another. */
  readonly rung: readonly Rung[];
}

export interface PlanWays {
  readonly ways: readonly Way[];
  /** What is decided otherwise than by the clock. */
  readonly lost: readonly string[];
}

/** A plan that goes by more hours at once is not told apart any further. */
const MOST_WAYS = 32;

export function waysOf(plans: Plans, name: string): PlanWays {
  const walker = new WayWalker(plans);
  const start = plans[name]?.start;
  if (start !== undefined) walker.walk({ plan: name, step: start, when: [], rung: [], seen: [] });
  return { ways: walker.ways, lost: [...new Set(walker.lost)] };
}

/** On the way to a step. */
interface Walk extends Way {
  readonly plan: string;
  readonly step: string;
  readonly seen: readonly string[];
}

/** Where a step leads, and what is known by then. */
interface Onward extends Partial<Way> {
  readonly to: string | undefined;
  readonly plan?: string | undefined;
}

class WayWalker {
  readonly ways: Way[] = [];
  readonly lost: string[] = [];
  private readonly plans: Plans;

  constructor(plans: Plans) {
    this.plans = plans;
  }

  walk({ plan, step: id, when, rung, seen }: Walk): void {
    const here = `${plan}/${id}`;
    const step = this.plans[plan]?.steps[id];
    if (step === undefined || seen.includes(here)) this.ways.push({ when, rung });
    else
      for (const onward of this.onward(here, step))
        this.follow({ plan, step: id, when, rung, seen: [...seen, here] }, onward);
  }

  private follow(walk: Walk, { to, plan = walk.plan, when = [], rung = [] }: Onward): void {
    const way = { when: [...walk.when, ...when], rung: [...walk.rung, ...rung] };
    if (contradicts(way.when) || this.ways.length >= MOST_WAYS) return;
    const step = to === '' ? this.plans[plan]?.start : to;
    if (step === undefined) this.ways.push(way);
    else this.walk({ ...way, plan, step, seen: walk.seen });
  }

  private onward(here: string, step: StepShape): readonly Onward[] {
    const clock = byClock(step);
    if (clock !== undefined) return clock;
    const unreached = NOT_REACHED[step.do];
    if (unreached !== undefined) return [{ to: targetOf(step, unreached), rung: this.rungBy(here, step) }];
    if (step.do === 'goto') return [gotoOf(step)];
    if (ENDS.includes(step.do)) {
      if (NEEDS_US.includes(step.do)) this.lost.push(`${here}: ${step.do} needs the controller`);
      return [{ to: undefined }];
    }
    return [this.usual(here, step)];
  }

  private rungBy(here: string, step: StepShape): readonly Rung[] {
    const rung = rungBy(step);
    if (rung === undefined) this.lost.push(`${here}: whom ${step.do} rings is known during a call only`);
    return rung === undefined ? [] : [rung];
  }

  /** Steps that only do something go on; of those that decide the way is taken on which nobody did anything. */
  private usual(here: string, step: StepShape): Onward {
    const outcomes = Object.keys(VERBS[step.do]?.outcomes ?? {});
    const quiet = QUIET.find((outcome) => outcomes.includes(outcome));
    const first = followsOf(step)[0];
    const to =
      step.do === 'percent'
        ? largestShare(step)
        : (targetOf(step, quiet ?? outcomes[0] ?? '') ?? first?.step);
    if (DECIDES.includes(step.do))
      this.lost.push(`${here}: ${step.do} is not decided; calls go on to ${to ?? 'the end'}`);
    return { to };
  }
}

/** Outcome of a step that rings somebody when nobody was reached. */
const NOT_REACHED: Readonly<Record<string, string>> = {
  'ring-group': 'nobody',
  queue: 'timeout',
  transfer: 'failed',
  originate: 'failed',
};
const ENDS: readonly string[] = ['hangup', 'reject', 'bridge', 'voicemail', 'park', 'return'];
const NEEDS_US: readonly string[] = ['voicemail', 'park', 'return'];
const DECIDES: readonly string[] = [
  ...['if', 'switch', 'percent', 'menu', 'gather', 'collect', 'webhook', 'callback', 'call', 'include'],
];
/** Outcomes of steps that decide, when nobody decides. */
const QUIET: readonly string[] = ['no', 'otherwise', 'no-choice', 'no-input', 'failed', 'returned'];

/** The same hours cannot be open and closed. */
function contradicts(when: readonly TimeCondition[]): boolean {
  return when.some(({ hours, is }) => when.some((other) => other.hours === hours && other.is !== is));
}

/** Undefined: something else than opening hours decides. */
function byClock(step: StepShape): readonly Onward[] | undefined {
  if (step.do === 'schedule') return bySchedule(step);
  const hours = step.do === 'hours' ? fieldOf(step, 'hours') : hoursAsked(fieldOf(step, 'when'));
  if (typeof hours !== 'string') return undefined;
  const outcomes = step.do === 'hours' ? BY_HOURS : BY_IF;
  return [
    { to: targetOf(step, outcomes.open), when: [{ hours, is: 'open' }] },
    { to: targetOf(step, outcomes.closed), when: [{ hours, is: 'closed' }] },
  ];
}

const BY_HOURS = { open: 'open', closed: 'closed' } as const;
const BY_IF = { open: 'yes', closed: 'no' } as const;

/** `if` on `hours.office` and nothing else. */
function hoursAsked(when: unknown): string | undefined {
  const asked = when as Expression | undefined;
  return asked?.op === 'name' && asked.name.startsWith('hours.')
    ? asked.name.slice('hours.'.length)
    : undefined;
}

function bySchedule(step: StepShape): readonly Onward[] {
  const rows = fieldOf(step, 'rows') as readonly { readonly hours: string; readonly step: string }[];
  const closedUpTo = (index: number): readonly TimeCondition[] =>
    rows.slice(0, index).map(({ hours }) => ({ hours, is: 'closed' }));
  return [
    ...rows.map((row, index) => ({
      to: row.step,
      when: [...closedUpTo(index), { hours: row.hours, is: 'open' as const }],
    })),
    { to: targetOf(step, 'otherwise'), when: closedUpTo(rows.length) },
  ];
}

function rungBy(step: StepShape): Rung | undefined {
  const ringSeconds = secondsOf(step);
  if (step.do !== 'ring-group' && step.do !== 'queue') return targetRung(step, ringSeconds);
  return { kind: 'group', group: textIn(fieldOf(step, 'group')), ringSeconds };
}

/** Of `transfer` and `originate`: a number must stand in the plan. */
function targetRung(step: StepShape, ringSeconds: number | undefined): Rung | undefined {
  const to = fieldOf(step, 'to') as Expression | Readonly<Record<string, unknown>>;
  if ('operator' in to) return { kind: 'operator', operator: String(to['operator']), ringSeconds };
  if ('uri' in to) return { kind: 'uri', uri: String(to['uri']), ringSeconds };
  const number = literalOf('number' in to ? to['number'] : to);
  const trunk = textIn('trunk' in to ? to['trunk'] : fieldOf(step, 'trunk'));
  return number === undefined ? undefined : { kind: 'number', number, trunk, ringSeconds };
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function literalOf(expression: unknown): string | undefined {
  const { op, value } = expression as { readonly op?: string; readonly value?: unknown };
  return op === 'literal' && typeof value === 'string' ? value : undefined;
}

function secondsOf(step: StepShape): number | undefined {
  const seconds = fieldOf(step, 'ringSeconds');
  return typeof seconds === 'number' ? seconds : undefined;
}

function gotoOf(step: StepShape): Onward {
  const [follow] = followsOf(step);
  return { to: follow?.step, plan: follow?.plan };
}

function largestShare(step: StepShape): string | undefined {
  const ways = fieldOf(step, 'ways') as readonly { readonly percent: number; readonly step: string }[];
  return [...ways].sort((one, other) => other.percent - one.percent)[0]?.step;
}

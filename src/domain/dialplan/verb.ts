/**
 * What every verb of the dialplan language is: a schema, its outcomes, and two functions. `begin` runs when its step is
 * entered, `react` for each event while it lasts; both answer whether the step stays or is left, and by which outcome.
 */
import { z } from 'zod';
import type { CallDisposition, Ending } from '../calls/call.js';
import type { Dialled, LegRef } from './directives.js';
import type { ActivityId, Instant } from '../values/ids.js';
import type { Expression } from './expressions.js';
import { parseExpression } from './expressions.js';
import type { ActivityOutcome, Consulted, SessionCommand } from './inputs.js';
import type { RunningActivity, Value } from './session.js';
import type { Turn } from './turn.js';

/** What the engine makes of an input for the step: leg states and activities are already brought up to date. */
export type StepEvent =
  | { readonly kind: 'leg-ringing' | 'leg-early-media' | 'leg-answered'; readonly leg: LegRef }
  | { readonly kind: 'leg-ended'; readonly leg: LegRef; readonly ending: Ending }
  | { readonly kind: 'key'; readonly leg: LegRef; readonly digit: string; readonly at: Instant }
  /** What only a step can answer: its place in a queue, an operator for it, a pick-up. */
  | { readonly kind: 'command'; readonly by: string; readonly command: SessionCommand }
  | {
      readonly kind: 'transfer-requested';
      readonly leg: LegRef;
      readonly target: string;
      readonly inside?: string;
      readonly number?: Extract<Dialled, { kind: 'number' }>;
      readonly replaces?: LegRef;
      readonly consulted?: Consulted;
    }
  /** By command: `to` takes the place of `leg` in the talk. */
  | { readonly kind: 'party-replaced'; readonly leg: LegRef; readonly to: LegRef }
  /** By command: this operator is to be rung and takes the place of `leg`. */
  | {
      readonly kind: 'move-requested';
      readonly leg: LegRef;
      readonly party: string;
      readonly dialled: Dialled;
    }
  | {
      readonly kind: 'activity-ended';
      readonly activity: ActivityId;
      readonly running: RunningActivity;
      readonly outcome: ActivityOutcome;
    };

export type Progress<T extends object> =
  | { readonly kind: 'stay'; readonly state: T }
  /** `because`: for people, what the outcome rests on. */
  | { readonly kind: 'leave'; readonly outcome: string; readonly because?: string }
  /** `goto` and menus name their next step themselves, in `row` (`step`, `keys.1`). */
  | { readonly kind: 'jump'; readonly step: string; readonly plan?: string; readonly row: string }
  /** A sub-plan is over: its calling step is left with `returned`. */
  | { readonly kind: 'return'; readonly value: Value }
  /** The call ends here. */
  | { readonly kind: 'over'; readonly reason: string; readonly disposition?: CallDisposition };

export const stay = <T extends object>(state: T): Progress<T> => ({ kind: 'stay', state });
export const leave = (outcome: string, because = ''): Progress<never> => ({
  kind: 'leave',
  outcome,
  ...(because === '' ? {} : { because }),
});

/** What follows an outcome that `on` does not name. */
export type Otherwise = 'required' | 'end' | { readonly as: string };

export interface OutcomeRow {
  readonly when: string;
  readonly otherwise: Otherwise;
}

/** The first row is the main outcome, which `next:` is short for. */
export type Outcomes = Readonly<Record<string, OutcomeRow>>;

export interface StepShape {
  readonly do: string;
  readonly next?: string | undefined;
  readonly on?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Names a step brings in or relies on, for the linter. Paths are inside the step. */
export interface StepNames {
  readonly setsVariables?: readonly string[];
  readonly makesLegs?: readonly string[];
  readonly usesLegs?: readonly { readonly leg: string; readonly path: readonly string[] }[];
  /** Things of the telephony set, to be checked when the set is loaded. */
  readonly refersTo?: readonly {
    readonly kind: ReferenceKind;
    readonly name: string;
    readonly path: readonly string[];
  }[];
  /** A sub-plan and the parameters it is given. */
  readonly gives?: {
    readonly plan: string;
    readonly parameters: readonly string[];
    readonly path: readonly string[];
  };
  readonly expressions?: readonly {
    readonly expression: Expression;
    readonly path: readonly string[];
    /** By then the step has set its variables. */
    readonly read?: 'after-setting';
  }[];
  /** Follow-up steps outside `on` and `next`. */
  readonly targets?: readonly {
    readonly step: string;
    readonly plan?: string | undefined;
    readonly path: readonly string[];
    /** What the picture says on this arrow; default: the last part of the path. */
    readonly label?: string;
  }[];
}

export type ReferenceKind = 'group' | 'hours' | 'trunk' | 'webhook' | 'operator';

export interface Verb<S extends StepShape = StepShape, T extends object = object> {
  readonly summary: string;
  readonly schema: z.ZodType<S>;
  readonly outcomes: Outcomes;
  /** YAML of a few steps, shown in the manual and parsed by its test. */
  readonly example: string;
  /** Further paragraphs of the manual. */
  readonly more?: string;
  names?(step: S): StepNames;
  begin(turn: Turn, step: S): Progress<T>;
  /** Undefined: the event does not concern this step. */
  react?(turn: Turn, step: S, state: T, event: StepEvent): Progress<T> | undefined;
}

/** Keeps the exact step and state types while a verb is written; the table forgets them. */
export function defineVerb<S extends StepShape, T extends object>(verb: Verb<S, T>): Verb<S, T> {
  return verb;
}

const target = z.string().min(1);

/** Every step may have one. */
export const noteField = z.string().optional().describe('A remark; does nothing');

/** The keys every step has: `next`, `on` with exactly the outcomes of its verb, and a free `note`. */
export function stepBase(outcomes: Outcomes): {
  next: z.ZodOptional<typeof target>;
  on: z.ZodType<Readonly<Record<string, string>> | undefined>;
  note: z.ZodOptional<z.ZodString>;
} {
  const rows = Object.entries(outcomes).map(
    ([name, row]) => [name, target.optional().describe(row.when)] as const,
  );
  const on = z.strictObject(Object.fromEntries(rows)).optional().describe('Next step by outcome');
  const [main = 'the main outcome'] = Object.keys(outcomes);
  return {
    next: target.optional().describe(`Next step after ${main}`),
    on: on as z.ZodType<Readonly<Record<string, string>> | undefined>,
    note: noteField,
  };
}

/** Name of a variable. */
export const variableField = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, 'variables begin with a small letter and hold letters and digits');

/** A scalar is itself; a text is an expression (`"'text'"` for a text constant). */
export const expressionField = z
  .union([z.number(), z.boolean(), z.string()])
  .transform((value, context): Expression => {
    if (typeof value !== 'string') return { op: 'literal', value };
    const parsed = parseExpression(value);
    if (parsed.ok) return parsed.expression;
    context.addIssue({
      code: 'custom',
      message: `${parsed.message} (character ${parsed.at + 1} of the expression)`,
      params: { code: 'expression-invalid' },
    });
    return z.NEVER;
  });

export const legField = z
  .string()
  .min(1)
  .describe('Leg: caller, operator, client, or a name given by an earlier step');
export const secondsField = z.number().positive().max(3600).describe('Seconds');

/**
 * What the advisory rules of `dialplan lint` look at, and what they say. A rule is pure: it sees plans, and as far as
 * they are known telephony, prompts and numbers. The table of all rules is advice-rules.ts.
 */
import type { PromptCatalogue } from '../../prompts/prompt-catalogue.js';
import type { Telephony } from '../../routing/telephony.js';
import type { E164 } from '../../values/ids.js';
import type { Dialplan } from '../schema.js';
import type { Plans } from '../session.js';

/** A tracked number and the plan that takes its calls, as a list or the store says. */
export interface NumberRow {
  readonly number: E164;
  /** Absent: the plan for all inbound calls. */
  readonly plan?: string;
  /** Place in the list: `numbers.csv:12`, or `store`. */
  readonly place: string;
}

export interface LintWorld {
  readonly plans: Plans;
  readonly telephony?: Telephony;
  readonly catalogue?: PromptCatalogue;
  readonly numbers?: readonly NumberRow[];
  /** Plan of inbound calls whose number names none. */
  readonly inboundPlan?: string;
  readonly limits: LintLimits;
}

export interface LintLimits {
  /** A caller who waits longer without talking to anybody has hung up. */
  readonly patienceSeconds: number;
  /** Nobody listens to more at once. */
  readonly textSeconds: number;
}

export const DEFAULT_LIMITS: LintLimits = { patienceSeconds: 180, textSeconds: 30 };

/** What a rule needs to see; one that cannot is reported as not run. */
export type Need = 'telephony' | 'prompts' | 'numbers';

/** `path` leads from the root of the plan, or of the telephony, to the place. */
export interface Finding {
  readonly in: { readonly plan: string } | 'telephony' | { readonly place: string };
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}

export type Check = (world: LintWorld) => readonly Finding[];

/** A rule that looks at one plan at a time; its paths begin inside the plan. */
export type PlanCheck = (
  plan: Dialplan,
  world: LintWorld,
) => readonly {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}[];

export function eachPlan(check: PlanCheck): Check {
  return (world) =>
    Object.entries(world.plans).flatMap(([name, plan]) =>
      check(plan, world).map((found) => ({ in: { plan: name }, ...found })),
    );
}

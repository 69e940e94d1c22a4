/**
 * Projects and pools as the settings state them: who gets which number, for how long, and what calls on it are told.
 * The settings room reads them; they change only with a reload.
 */
import type { ModelName } from '../attribution/models.js';
import type { Expression } from '../dialplan/expressions.js';
import type { CallbackPolicy } from '../routing/telephony.js';
import type { E164 } from '../values/ids.js';

/** When every number is taken: leave the site's number, show one number to all who are too many, or lend from a tail. */
export type Overflow =
  | { readonly kind: 'site-number' }
  | { readonly kind: 'number'; readonly number: E164 }
  | { readonly kind: 'lend' };

export interface Pool {
  readonly name: string;
  readonly project: string;
  /** Nobody else gets the number until this long after the last sign of life. */
  readonly exclusiveSeconds: number;
  /** Afterwards it waits this long for its visitor, and may be lent when the pool is empty. */
  readonly tailSeconds: number;
  /** Afterwards it rests. */
  readonly coolDownSeconds: number;
  /** After a call it stays with that caller this long. */
  readonly afterCallSeconds: number;
  readonly overflow: Overflow;
  /** May a number of another area of the same country replace the site's one? */
  readonly otherArea: 'allowed' | 'refused';
  readonly numberCostPerMonth?: number;
}

export type RuleTarget =
  | { readonly kind: 'site-number' }
  | { readonly kind: 'pool'; readonly pool: string }
  /** The static number whose labels fit best, or the one named. */
  | { readonly kind: 'static'; readonly number?: E164 };

export interface ShowRule {
  readonly name: string;
  /** Absent: fits everything. */
  readonly when?: Expression;
  readonly show: RuleTarget;
}

export interface AttributionPolicy {
  readonly model: ModelName;
  /** Below it a call is ambiguous. */
  readonly threshold: number;
  /** How long one person's touches and repeated calls count as one; absent: without end. */
  readonly windowDays?: number;
  /** Calls of a known caller: the source of each call, or that of the first. */
  readonly repeatCalls: 'each-call' | 'first-source';
  /** Are a call and a request of one person one contact, or two? */
  readonly unique: 'across-kinds' | 'per-kind';
  /** What makes a call a target call. */
  readonly target?: TargetRule;
}

export interface TargetRule {
  readonly text: string;
  readonly expression: Expression;
  /** Hash of the text: which rule judged a call. */
  readonly version: string;
}

/** The part of a project that is about its numbers. */
export interface ProjectNumbering {
  readonly dialplan?: string;
  readonly failSafe?: E164;
  readonly rules: readonly ShowRule[];
  /** New leases a minute; more than people make is a machine. */
  readonly leasesPerMinute: number;
  readonly attribution: AttributionPolicy;
  /** Keys of the operator during a talk, over the usual ones; absent: those of the default policy. */
  readonly liveKeys?: CallbackPolicy['liveKeys'];
  /** Callback policy that takes calls nobody talked to; absent: none. */
  readonly missedCallPolicy?: string;
}

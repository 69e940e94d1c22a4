/**
 * A tracked number (DID): whose it is, what it stands for and what may become of it. Numbers come from an import and
 * live in the store; app/numbers changes them, inbound calls find their project and dialplan by them.
 */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { E164, Instant } from '../values/ids.js';
import { present } from '../values/present.js';

export const NUMBER_STATES = ['unassigned', 'static', 'pool', 'cool-down', 'disabled'] as const;
export type NumberState = (typeof NUMBER_STATES)[number];

export const NUMBER_TYPES = ['geographic', 'mobile', 'toll-free'] as const;
export type NumberType = (typeof NUMBER_TYPES)[number];

/** What a visit or a placement is labelled with; absent: not known. */
export interface SourceLabels {
  readonly source?: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly content?: string;
  readonly term?: string;
}

export const LABEL_NAMES = ['source', 'medium', 'campaign', 'content', 'term'] as const;

export interface TrackedNumber {
  readonly number: E164;
  readonly state: NumberState;
  /** Site or brand; a name under `projects` of the settings. */
  readonly project: string;
  readonly type: NumberType;
  /** ISO 3166; absent for international freephone. */
  readonly country?: string;
  /** Digits after the country code that name the place, as the numbering plan groups them. */
  readonly area?: string;
  readonly trunk?: string;
  /** Dialplan of calls to this number; absent: the project's. */
  readonly dialplan?: string;
  /** Pool it serves in; of state `pool` always there. */
  readonly pool?: string;
  /** What a static number stands for. */
  readonly labels: SourceLabels;
  /** Where the carrier sends calls while we are down; never a tracked number. */
  readonly failSafe?: E164;
  /** Of state `cool-down`: until then it may not be given to anything else. */
  readonly coolDownUntil?: Instant;
  /** Money a month, in the currency of the costs. */
  readonly monthlyCost?: number;
  readonly note?: string;
}

/**
 *   unassigned ──► static ──► cool-down ──► unassigned, static, pool
 *        └───────► pool ───────┘            (only when its time is over)
 *   any ──► disabled ──► unassigned
 */
const NEXT_STATES: Readonly<Record<NumberState, readonly NumberState[]>> = {
  unassigned: ['static', 'pool', 'disabled'],
  static: ['cool-down', 'disabled'],
  pool: ['cool-down', 'disabled'],
  'cool-down': ['unassigned', 'static', 'pool', 'disabled'],
  disabled: ['unassigned'],
};

export type StateMove = 'allowed' | 'not-from-here' | 'still-cooling';

/** What the public once saw must rest before it means something else. */
export function stateMove(
  from: Pick<TrackedNumber, 'state' | 'coolDownUntil'>,
  to: NumberState,
  now: Instant,
): StateMove {
  if (from.state === to) return 'allowed';
  if (!NEXT_STATES[from.state].includes(to)) return 'not-from-here';
  const cooling = from.state === 'cool-down' && to !== 'disabled' && (from.coolDownUntil ?? 0) > now;
  return cooling ? 'still-cooling' : 'allowed';
}

export interface NumberKind {
  readonly type: NumberType;
  readonly country?: string;
  readonly area?: string;
}

/** By the numbering plans of the library; where mobile and fixed numbers look alike (NANP), geographic. */
export function kindOfNumber(number: E164): NumberKind {
  const parsed = parsePhoneNumberFromString(number);
  if (parsed === undefined) return { type: 'geographic' };
  const found = parsed.getType();
  if (found === 'TOLL_FREE') return { type: 'toll-free', ...present({ country: parsed.country }) };
  const type = found === 'MOBILE' ? 'mobile' : 'geographic';
  const area = /^\+\d+[\s-]+\(?(\d+)/.exec(parsed.formatInternational())?.[1];
  return { type, ...present({ country: parsed.country, area }) };
}

/** As people of its country write it, for a page that shows it. */
export function displayOf(number: E164): string {
  return parsePhoneNumberFromString(number)?.formatInternational() ?? number;
}

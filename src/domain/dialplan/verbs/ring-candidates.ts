/**
 * The phones of a ring group as values: who rings when, and what each has said. Pure bookkeeping; ring-group.ts acts on
 * it. Operators of one stage ring at the same time; the next stage begins when the last phone of the one before is gone.
 */
import type { ActivityId } from '../../values/ids.js';
import type { Device, Group, Operator } from '../../routing/telephony.js';
import type { CallDirection } from '../../calls/call.js';
import type { LegRef } from '../directives.js';
import type { Session } from '../session.js';

/** `asked`: hears the whisper and is asked for a key. */
export type CandidatePhase = 'waiting' | 'ringing' | 'asked' | 'gone';

export interface Candidate {
  readonly operator: string;
  readonly device: number;
  readonly kind: Device['kind'];
  readonly stage: number;
  readonly phase: CandidatePhase;
  readonly leg?: LegRef;
  /** The gather that asks. */
  readonly asking?: ActivityId;
  /** How often it was asked because of silence, and how often because of the repeat key. */
  readonly tries: number;
  readonly repeats: number;
  readonly said?: 'not-mine' | 'no-input';
}

/** `stages`: operator → stage; whoever stands in none rings as the strategy says. */
export function candidatesOf(
  operators: readonly Operator[],
  strategy: Group['strategy'],
  stages: Readonly<Record<string, number>> = {},
): readonly Candidate[] {
  return operators.flatMap((operator, index) =>
    operator.devices.map((device, n): Candidate => ({
      operator: operator.name,
      device: n,
      kind: device.kind,
      stage: stages[operator.name] ?? (strategy === 'simultaneous' ? 0 : index),
      phase: 'waiting',
      tries: 0,
      repeats: 0,
    })),
  );
}

/** Of a call of ours, who answered before is not asked again, unless nobody else is there. */
export function notYetAsked(
  operators: readonly Operator[],
  legs: Session['legs'],
  direction: CallDirection,
): readonly Operator[] {
  const asked = new Set(
    Object.values(legs)
      .filter(({ role, answeredAt }) => role === 'operator' && answeredAt !== undefined)
      .map(({ party }) => party),
  );
  const others = operators.filter(({ name }) => !asked.has(name));
  return direction === 'inbound' || others.length === 0 ? operators : others;
}

export function isActive(candidate: Candidate): boolean {
  return candidate.phase === 'ringing' || candidate.phase === 'asked';
}

/** Those to ring next; empty while a stage is under way or when nobody is left. */
export function nextStage(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.some(isActive)) return [];
  const waiting = candidates.filter((candidate) => candidate.phase === 'waiting');
  const stage = Math.min(...waiting.map((candidate) => candidate.stage));
  return waiting.filter((candidate) => candidate.stage === stage);
}

export function changed(
  candidates: readonly Candidate[],
  which: Candidate,
  change: Partial<Candidate>,
): readonly Candidate[] {
  return candidates.map((candidate) => (isSame(candidate, which) ? { ...candidate, ...change } : candidate));
}

export function isSame(a: Candidate, b: Candidate): boolean {
  return a.operator === b.operator && a.device === b.device;
}

/**
 * What the group as a whole said when nobody accepted: `not-mine` only when every operator passed the lead on;
 * `no-input` when at least one phone was answered; undefined when none was.
 */
export function groupDecision(candidates: readonly Candidate[]): 'not-mine' | 'no-input' | undefined {
  const operators = new Set(candidates.map((candidate) => candidate.operator));
  const passed = new Set(
    candidates.filter((candidate) => candidate.said === 'not-mine').map((candidate) => candidate.operator),
  );
  if (operators.size > 0 && passed.size === operators.size) return 'not-mine';
  return candidates.some((candidate) => candidate.said !== undefined) ? 'no-input' : undefined;
}

/**
 * The fail-safe number of a tracked number: who calls is put through to it when the plan cannot serve them. That is when
 * there is no plan, when the plan is broken, and when no phone of the group can be rung at all. Called by the engine.
 */
import { legDisposition } from '../calls/disposition.js';
import type { E164 } from '../values/ids.js';
import type { SessionLeg } from './session.js';
import type { Turn } from './turn.js';
import type { Progress } from './verb.js';

export interface FailSafe {
  readonly number: E164;
  readonly trunk?: string;
}

/** Name of the built-in plan: no file of the plans folder may be missing for it. */
export const FAIL_SAFE = 'fail-safe';

/** Steps that a broken plan has used up are not missing here. */
export const FAIL_SAFE_STEPS = 10;

/** Is there a number to go to, and somebody who waits for it? */
export function mayGoToFailSafe({ session, facts }: Turn): boolean {
  const waits = Object.values(session.legs).some(
    ({ role, state, letGo }) => role === 'caller' && state !== 'ended' && letGo === undefined,
  );
  return (
    facts.failSafe !== undefined && session.plan !== FAIL_SAFE && session.bridgedAt === undefined && waits
  );
}

/** What a ring group comes to, unless none of its phones could be rung. */
export function orFailSafe<T extends object>(
  turn: Turn,
  progress: Progress<T> | undefined,
): Progress<T> | undefined {
  if (progress?.kind !== 'leave' || !NOBODY.includes(progress.outcome)) return progress;
  const operators = Object.values(turn.session.legs).filter(({ role }) => role === 'operator');
  if (!mayGoToFailSafe(turn) || operators.some(wasReached)) return progress;
  return { kind: 'jump', plan: FAIL_SAFE, step: '', row: FAIL_SAFE };
}

const NOBODY: readonly string[] = ['nobody', 'no-operators'];

/** It rang, or somebody or something there said that it may not. */
function wasReached({ rang, answeredAt, ending }: SessionLeg): boolean {
  if (rang !== undefined || answeredAt !== undefined) return true;
  return ending !== undefined && ['busy', 'rejected'].includes(legDisposition(ending, {}));
}

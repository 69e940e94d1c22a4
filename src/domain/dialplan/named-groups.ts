/** Groups that some step names: of a company's many groups only these may be rung besides a call's own. */
import { namesOf } from './lint.js';
import type { Plans } from './session.js';

const NAMED = new WeakMap<Plans, ReadonlySet<string>>();

/** Worked out once for a set of plans. */
export function namedGroups(plans: Plans): ReadonlySet<string> {
  const known = NAMED.get(plans);
  if (known !== undefined) return known;
  const steps = Object.values(plans).flatMap((plan) => Object.values(plan.steps));
  const references = steps.flatMap((step) => namesOf(step).refersTo ?? []);
  const named = new Set(references.flatMap(({ kind, name }) => (kind === 'group' ? [name] : [])));
  NAMED.set(plans, named);
  return named;
}

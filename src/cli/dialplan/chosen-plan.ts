/** The plan a command was asked for, or a usage fault that names the nearest one. Called by `sim` and `graph`. */
import { Fault } from '../../errors.js';
import type { Dialplan } from '../../domain/dialplan/schema.js';
import type { Plans } from '../../domain/dialplan/session.js';
import { nearestName } from '../../domain/values/nearest.js';

export function chosenPlan(plans: Plans, name: string): Dialplan {
  const plan = Object.hasOwn(plans, name) ? plans[name] : undefined;
  if (plan !== undefined) return plan;
  const names = Object.keys(plans);
  const nearest = nearestName(name, names);
  const hint = nearest === undefined ? `there are ${names.join(', ')}` : `did you mean "${nearest}"?`;
  throw new Fault('field-invalid', `there is no dialplan "${name}"; ${hint}`);
}

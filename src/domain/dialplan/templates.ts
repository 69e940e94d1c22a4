/**
 * One plan for a hundred alike: `${name}` in any text of a template stands for a parameter. Pure; the settings room
 * reads templates and their uses from files. A template cannot use another one, so nothing here can go round.
 */
import { nearestName } from '../values/nearest.js';

export type ParameterValue = string | number | boolean;

export interface TemplateProblem {
  /** Inside the template's plan. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly suggestion?: string;
}

const REFERENCE = /\$(\$?)\{([A-Za-z][A-Za-z0-9]*)\}/g;

/** A text that is nothing but a reference becomes the value itself; `$${x}` is the text `${x}`. */
function fill(text: string, given: ReadonlyMap<string, ParameterValue>): unknown {
  const whole = /^\$\{([A-Za-z][A-Za-z0-9]*)\}$/.exec(text)?.[1];
  if (whole !== undefined) return given.get(whole) ?? text;
  return text.replace(REFERENCE, (written, escaped: string, name: string) =>
    escaped === '$' ? written.slice(1) : String(given.get(name) ?? written),
  );
}

/** The plan with every reference filled in; those to no parameter stay and are told by `strayReferences`. */
export function fillTemplate(plan: unknown, given: ReadonlyMap<string, ParameterValue>): unknown {
  if (typeof plan === 'string') return fill(plan, given);
  if (Array.isArray(plan)) return plan.map((item) => fillTemplate(item, given));
  if (typeof plan !== 'object' || plan === null) return plan;
  return Object.fromEntries(Object.entries(plan).map(([key, value]) => [key, fillTemplate(value, given)]));
}

/** References to parameters that the template does not have. */
export function strayReferences(
  plan: unknown,
  parameters: readonly string[],
  path: readonly (string | number)[] = [],
): readonly TemplateProblem[] {
  if (typeof plan === 'object' && plan !== null)
    return Object.entries(plan).flatMap(([key, value]) =>
      strayReferences(value, parameters, [...path, Array.isArray(plan) ? Number(key) : key]),
    );
  if (typeof plan !== 'string') return [];
  return [...plan.matchAll(REFERENCE)]
    .filter(([, escaped, name = '']) => escaped !== '$' && !parameters.includes(name))
    .map(([, , name = '']) => {
      const suggestion = nearestName(name, parameters);
      const problem = { path, message: `the template has no parameter ${name}` };
      return suggestion === undefined ? problem : { ...problem, suggestion };
    });
}

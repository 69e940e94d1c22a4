/**
 * Files that hold no plan of their own: a `template:` with parameters, and a `use:` that makes plans of it. Called by
 * dialplans.ts, which treats what comes out as if each plan had been written by hand.
 */
import { z } from 'zod';
import { fillTemplate, strayReferences, type ParameterValue } from '../domain/dialplan/templates.js';
import { nearestName } from '../domain/values/nearest.js';
import type { SourceProblem, YamlSource } from './yaml-source.js';
import { checkAt } from './zod-problems.js';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

/** A parameter without a value (`group: ~`) must be given. */
export const templateSchema = z.strictObject({
  template: z.string().min(1).describe('Name by which `use:` knows this template'),
  parameters: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/), scalar.nullable())
    .default({})
    .describe('Parameters with their usual values; one without a value (`~`) must be given'),
  plan: z
    .looseObject({})
    .describe('A dialplan without a name; `${name}` in its texts stands for a parameter'),
});

const MOST_PLANS = 1000;

/** A set of more steps holds up the calls of the process while it is checked; and a short `use:` can ask for millions. */
export const MOST_STEPS_OF_SET = 20_000;

/** Steps of a plan that was not parsed yet. */
export function stepCount(value: unknown): number {
  const steps = typeof value === 'object' && value !== null && 'steps' in value ? value.steps : undefined;
  return typeof steps === 'object' && steps !== null ? Object.keys(steps).length : 0;
}

export function setTooLong(source: YamlSource, path: readonly string[], steps: number): SourceProblem {
  const message = `the plans have ${steps} steps with these; ${MOST_STEPS_OF_SET} are the most of a set`;
  return source.problemAt(path, { code: 'set-too-long', message, at: 'key' });
}

export const useSchema = z.strictObject({
  use: z.string().min(1).describe('The template'),
  plans: z
    .record(z.string().min(1), z.record(z.string(), scalar).nullable())
    .refine((plans) => Object.keys(plans).length <= MOST_PLANS, `at most ${MOST_PLANS} plans in one file`)
    .describe('Name of each plan, with its parameters'),
});

export interface PlanTemplate extends z.infer<typeof templateSchema> {
  readonly source: YamlSource;
}

/** A plan as data, with the source in which its paths lead to a line. */
export interface FilledPlan {
  readonly value: unknown;
  readonly source: YamlSource;
}

export interface Made {
  readonly plans: readonly FilledPlan[];
  readonly problems: readonly SourceProblem[];
}

export function holds(key: 'template' | 'use', { value }: YamlSource): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

export function readTemplates(sources: readonly YamlSource[]): {
  readonly templates: ReadonlyMap<string, PlanTemplate>;
  readonly problems: readonly SourceProblem[];
} {
  const templates = new Map<string, PlanTemplate>();
  const problems: SourceProblem[] = [];
  for (const source of sources) {
    const checked = checkAt(source, [], source.value, templateSchema);
    if (!checked.ok) {
      problems.push(...checked.problems);
      continue;
    }
    const template = { ...checked.value, source };
    problems.push(...strayIn(template), ...twice(template, templates));
    templates.set(template.template, template);
  }
  return { templates, problems };
}

function strayIn({ plan, parameters, source }: PlanTemplate): readonly SourceProblem[] {
  return strayReferences(plan, Object.keys(parameters)).map(({ path, ...rest }) =>
    source.problemAt(['plan', ...path], { code: 'parameter-unknown', ...rest }),
  );
}

function twice(
  { template, source }: PlanTemplate,
  known: ReadonlyMap<string, PlanTemplate>,
): readonly SourceProblem[] {
  const earlier = known.get(template)?.source.file;
  if (earlier === undefined) return [];
  return [
    source.problemAt(['template'], { code: 'name-twice', message: `${earlier} has this template too` }),
  ];
}

/** Every plan that a file asks for, each with the parameters it gives. */
export function makePlans(source: YamlSource, templates: ReadonlyMap<string, PlanTemplate>): Made {
  const checked = checkAt(source, [], source.value, useSchema);
  if (!checked.ok) return { plans: [], problems: checked.problems };
  const { use, plans } = checked.value;
  const template = templates.get(use);
  if (template === undefined) {
    const suggestion = nearestName(use, templates.keys());
    const what = { code: 'template-unknown', message: `there is no template ${use}` };
    return {
      plans: [],
      problems: [source.problemAt(['use'], suggestion === undefined ? what : { ...what, suggestion })],
    };
  }
  const steps = stepCount(template.plan) * Object.keys(plans).length;
  if (steps > MOST_STEPS_OF_SET) return { plans: [], problems: [setTooLong(source, ['plans'], steps)] };
  const made = Object.entries(plans).map(([name, given]) => makePlan(source, template, name, given ?? {}));
  return { plans: made.flatMap((one) => one.plans), problems: made.flatMap((one) => one.problems) };
}

function makePlan(
  source: YamlSource,
  template: PlanTemplate,
  name: string,
  given: Readonly<Record<string, ParameterValue>>,
): Made {
  const known = Object.keys(template.parameters);
  const unknownOnes = Object.keys(given)
    .filter((parameter) => !known.includes(parameter))
    .map((parameter) => unknownParameter(source, template, name, parameter));
  const values = new Map(Object.entries({ ...template.parameters, ...given }));
  const missing = known
    .filter((parameter) => values.get(parameter) === null)
    .map((parameter) =>
      source.problemAt(['plans', name], {
        code: 'parameter-missing',
        message: `template ${template.template} needs the parameter ${parameter}`,
        at: 'key',
      }),
    );
  const problems = [...unknownOnes, ...missing];
  if (problems.length > 0) return { plans: [], problems };
  const filled = fillTemplate(template.plan, values as ReadonlyMap<string, ParameterValue>) as object;
  return { plans: [{ value: { ...filled, name }, source: insideOf(template.source, name) }], problems };
}

function unknownParameter(
  source: YamlSource,
  { template, parameters }: PlanTemplate,
  name: string,
  parameter: string,
): SourceProblem {
  const suggestion = nearestName(parameter, Object.keys(parameters));
  const message = `template ${template} has no parameter ${parameter}`;
  return source.problemAt(['plans', name, parameter], {
    code: 'parameter-unknown',
    message,
    at: 'key',
    ...(suggestion === undefined ? {} : { suggestion }),
  });
}

/** Paths of the plan are paths under `plan` of the template; what is wrong may be so for one plan only. */
function insideOf(source: YamlSource, name: string): YamlSource {
  return {
    ...source,
    problemAt: (path, what) =>
      source.problemAt(['plan', ...path], { ...what, message: `${what.message} (plan ${name})` }),
  };
}

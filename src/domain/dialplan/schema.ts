/**
 * A dialplan as a value: parsed from plain data (the settings room reads the YAML and maps `path` to lines), linted, and
 * typed. Also the source of the JSON Schema for editors. Called by settings, `dialplan lint`, sim and the tests.
 */
import { z } from 'zod';
import { lintPlan } from './lint.js';
import { nearestName } from '../values/nearest.js';
import { variableField, type StepShape } from './verb.js';
import { VERBS } from './verbs/table.js';

export interface Dialplan {
  readonly name: string;
  readonly description?: string | undefined;
  /** Language of what is said, unless a step or `locale` says otherwise. */
  readonly locale?: string | undefined;
  /** Variables that whoever calls or includes this plan gives. */
  readonly parameters?: readonly string[] | undefined;
  /** First step. */
  readonly start: string;
  readonly steps: Readonly<Record<string, StepShape>>;
}

export interface Problem {
  /** Keys and indexes from the root of the plan to the place. */
  readonly path: readonly (string | number)[];
  /** `key-unknown`, `verb-unknown`, `step-unknown`, `name-unknown`, `leg-unknown`, `outcome-unhandled`, `step-unreachable`, … */
  readonly code: string;
  readonly message: string;
  /** The nearest known word. */
  readonly suggestion?: string;
}

export type ParsedDialplan =
  | { readonly ok: true; readonly plan: Dialplan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const head = z.strictObject({
  name: z.string().min(1).describe('Name by which callbacks, `goto` and `call` know this plan'),
  description: z.string().optional().describe('For people'),
  locale: z
    .string()
    .optional()
    .describe('Language of what is said, unless a step says otherwise; default: that of the call'),
  parameters: z
    .array(variableField)
    .optional()
    .describe('Variables that `call`, `include` or `goto` bring along'),
  start: z.string().min(1).describe('First step'),
  steps: z.record(
    z.string().regex(/^[a-z][a-z0-9-]*$/, 'step names are lower case with hyphens'),
    z.unknown(),
  ),
});

/** One schema of everything, for `dialtrace config schema`; `parseDialplan` reads step by step for better messages. */
export function dialplanJsonSchema(): unknown {
  // The text that an editor shows on a verb is that of the manual.
  const steps = Object.values(VERBS).map((verb) => verb.schema.describe(verb.summary));
  return z.toJSONSchema(head.extend({ steps: z.record(z.string(), z.union(steps)) }), {
    io: 'input',
    unrepresentable: 'any',
  });
}

export function parseDialplan(value: unknown): ParsedDialplan {
  const outer = head.safeParse(value);
  if (!outer.success)
    return {
      ok: false,
      problems: outer.error.issues.flatMap((issue) => problemsOf(issue, [], Object.keys(head.shape))),
    };
  const parsed = Object.entries(outer.data.steps).map(([id, step]) => [id, parseStep(id, step)] as const);
  const problems = parsed.flatMap(([, step]) => (step.ok ? [] : step.problems));
  const steps = Object.fromEntries(parsed.flatMap(([id, step]) => (step.ok ? [[id, step.step]] : [])));
  const plan: Dialplan = { ...outer.data, steps };
  // Steps that did not parse are still known by name, so that one slip does not raise a second message elsewhere.
  const all = [
    ...problems,
    ...lintPlan(
      plan,
      parsed.map(([id]) => id),
    ),
  ];
  return all.length === 0 ? { ok: true, plan } : { ok: false, problems: all };
}

type ParsedStep =
  | { readonly ok: true; readonly step: StepShape }
  | { readonly ok: false; readonly problems: readonly Problem[] };

function parseStep(id: string, value: unknown): ParsedStep {
  const name = typeof value === 'object' && value !== null && 'do' in value ? value.do : undefined;
  if (typeof name !== 'string')
    return {
      ok: false,
      problems: [{ path: ['steps', id], code: 'verb-missing', message: 'a step needs `do:` with a verb' }],
    };
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (verb === undefined)
    return {
      ok: false,
      problems: [
        withNearest(
          { path: ['steps', id, 'do'], code: 'verb-unknown', message: `there is no verb ${name}` },
          name,
          Object.keys(VERBS),
        ),
      ],
    };
  const parsed = verb.schema.safeParse(value);
  if (parsed.success) return { ok: true, step: parsed.data };
  return {
    ok: false,
    problems: parsed.error.issues.flatMap((issue) =>
      problemsOf(issue, ['steps', id], knownKeys(verb.schema, issue.path)),
    ),
  };
}

/** The keys that would have been right at a place inside a step: those of `on`, or those of the step. */
function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let at: unknown = schema;
  for (const key of path) at = shapeOf(at)[String(key)];
  return Object.keys(shapeOf(at));
}

/** The fields of an object schema, through `optional`, `default` and the like; empty for any other schema. */
function shapeOf(schema: unknown): Readonly<Record<string, unknown>> {
  if (schema instanceof z.ZodObject) return schema.shape;
  const wrapped =
    schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  return wrapped ? shapeOf(schema.unwrap()) : {};
}

function problemsOf(
  issue: z.core.$ZodIssue,
  base: readonly (string | number)[],
  known: readonly string[],
): readonly Problem[] {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'number' ? key : String(key)))];
  if (issue.code !== 'unrecognized_keys') {
    const code: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
    return [{ path, code: typeof code === 'string' ? code : 'value-invalid', message: issue.message }];
  }
  return issue.keys.map((key) =>
    withNearest(
      { path: [...path, key], code: 'key-unknown', message: `there is no key ${key} here` },
      key,
      known,
    ),
  );
}

function withNearest(problem: Problem, word: string, known: readonly string[]): Problem {
  const suggestion = nearestName(word, known);
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

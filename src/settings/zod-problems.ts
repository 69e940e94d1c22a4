/** Turns zod issues into problems at their line, with the nearest known name for unknown keys. */
import type { z } from 'zod';
import { nearestName } from '../domain/values/nearest.js';
import type { SourcePath, SourceProblem, YamlSource } from './yaml-source.js';

type Issue = z.core.$ZodIssue;

/** Names that may stand at a path, read from the schema itself. */
export function knownNames(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  let current: unknown = schema;
  for (const step of path) current = childSchema(unwrap(current), step);
  const shape = (unwrap(current) as { shape?: Record<string, unknown> } | undefined)?.shape;
  return shape === undefined ? [] : Object.keys(shape);
}

interface ZodDefinition {
  readonly def?: {
    readonly innerType?: unknown;
    readonly in?: unknown;
    readonly valueType?: unknown;
    readonly element?: unknown;
  };
  readonly shape?: Readonly<Record<string, unknown>>;
}

function unwrap(schema: unknown): ZodDefinition | undefined {
  let current = schema as ZodDefinition | undefined;
  for (let depth = 0; depth < 10; depth += 1) {
    const inner = current?.def?.innerType ?? current?.def?.in;
    if (inner === undefined) return current;
    current = inner as ZodDefinition;
  }
  return current;
}

function childSchema(schema: ZodDefinition | undefined, step: PropertyKey): unknown {
  if (typeof step === 'string' && schema?.shape?.[step] !== undefined) return schema.shape[step];
  return schema?.def?.valueType ?? schema?.def?.element;
}

function plainPath(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((step) => (typeof step === 'symbol' ? String(step) : step));
}

function problemsOfIssue(
  source: YamlSource,
  prefix: SourcePath,
  schema: z.ZodType,
  issue: Issue,
): SourceProblem[] {
  const path = [...prefix, ...plainPath(issue.path)];
  if (issue.code !== 'unrecognized_keys') {
    const at = path.length === 0 ? 'key' : 'value';
    return [
      source.problemAt(path, {
        code: issue.code.replaceAll('_', '-'),
        message: `${path.join('.')}: ${issue.message}`,
        at,
      }),
    ];
  }
  const known = knownNames(schema, issue.path);
  return issue.keys.map((key) => {
    const suggestion = nearestName(key, known);
    const message = `${[...path, key].join('.')} is not known`;
    return source.problemAt([...path, key], {
      code: 'unknown-key',
      message,
      at: 'key',
      ...(suggestion === undefined ? {} : { suggestion }),
    });
  });
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly SourceProblem[] };

/** Checks a part of a YAML file (`path` from its root) against a schema; every problem at once. */
export function checkAt<S extends z.ZodType>(
  source: YamlSource,
  path: readonly (string | number)[],
  value: unknown,
  schema: S,
): Checked<z.output<S>> {
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  return {
    ok: false,
    problems: result.error.issues.flatMap((issue) => problemsOfIssue(source, path, schema, issue)),
  };
}

/** DIALTRACE_<SECTION>__<KEY>[__<KEY>…] variables laid over the YAML; names are matched without case. */
import { nearestName } from '../domain/values/nearest.js';
import type { Settings, settingsSchema } from './schema.js';
import type { SourceProblem } from './yaml-source.js';
import { knownNames } from './zod-problems.js';

const PREFIX = 'DIALTRACE_';

type Tree = Record<string, unknown>;
export type Overlaid = { readonly settings: Settings; readonly problems: readonly SourceProblem[] };

function problem(variable: string, code: string, message: string, suggestion?: string): SourceProblem {
  return {
    file: `environment variable ${variable}`,
    line: 0,
    column: 0,
    code,
    message,
    sourceLine: '',
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** `HTTP__PORT` → ['http', 'port'] by the names of the schema, or the part that is not known. */
function resolvePath(
  schema: typeof settingsSchema,
  parts: readonly string[],
): { path: string[] } | { unknown: string; known: readonly string[] } {
  const path: string[] = [];
  for (const part of parts) {
    const known = knownNames(schema, path);
    const name = known.find(
      (candidate) => candidate.toLowerCase() === part.toLowerCase().replaceAll('_', ''),
    );
    if (name === undefined) return { unknown: part, known };
    path.push(name);
  }
  return { path };
}

/** Numbers, booleans, lists and maps are written as JSON; anything else is text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function setAt(tree: Tree, path: readonly string[], value: unknown): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    tree[first] = value;
    return;
  }
  const child = { ...((tree[first] ?? {}) as Tree) };
  tree[first] = child;
  setAt(child, rest, value);
}

/** Lays the environment over checked YAML values and checks the whole. */
export function applyEnvironment(
  values: Tree,
  environment: Readonly<Record<string, string | undefined>>,
  schema: typeof settingsSchema,
): Overlaid {
  const tree: Tree = { ...values };
  const problems: SourceProblem[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith(PREFIX) || !variable.includes('__') || text === undefined) continue;
    const resolved = resolvePath(schema, variable.slice(PREFIX.length).split('__'));
    if ('path' in resolved) setAt(tree, resolved.path, parseValue(text));
    else
      problems.push(
        problem(
          variable,
          'unknown-key',
          `${resolved.unknown} is not a setting`,
          nearestName(resolved.unknown, resolved.known),
        ),
      );
  }
  const result = schema.safeParse(tree);
  if (!result.success)
    problems.push(
      ...result.error.issues.map((issue) => problem(issue.path.join('.'), issue.code, issue.message)),
    );
  return { settings: result.success ? result.data : schema.parse({}), problems };
}

/**
 * Are the names a template uses known? Reading the template is the work of speech/templates; here its variables are
 * already values.
 */
import { nearestName } from '../values/nearest.js';

/** A name used in a template, with its place (1-based). A part computed at render time is `*`. */
export interface PromptVariable {
  readonly path: readonly string[];
  readonly line: number;
  readonly column: number;
}

export interface PromptProblem {
  readonly line: number;
  readonly column: number;
  readonly problem: string;
}

export function lintNames(
  variables: readonly PromptVariable[],
  known: readonly string[],
): readonly PromptProblem[] {
  return variables
    .filter(({ path }) => !known.some((pattern) => covers(pattern, path)))
    .map(({ path, line, column }) => {
      const name = path.join('.');
      return { line, column, problem: `the name \`${name}\` is not known here${didYouMean(name, known)}` };
    });
}

function covers(pattern: string, path: readonly string[]): boolean {
  const parts = pattern.split('.');
  return parts.length === path.length && parts.every((part, i) => part === '*' || part === path[i]);
}

/** ` (did you mean \`X\`?)`, or nothing when no known name is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : ` (did you mean \`${nearest}\`?)`;
}

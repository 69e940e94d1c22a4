/** The `when` of a show rule: the expression language of dialplans over the names of a visit. */
import { parseExpression, type Expression } from '../dialplan/expressions.js';
import { namesIn } from '../dialplan/names-in.js';
import { nearestName } from '../values/nearest.js';
import { RULE_NAMES, RULE_OPEN_NAME } from './show-rules.js';

export type CheckedExpression =
  { readonly ok: true; readonly expression: Expression } | { readonly ok: false; readonly message: string };

export function parseRuleExpression(text: string): CheckedExpression {
  return checkedExpression(text, RULE_NAMES, [RULE_OPEN_NAME]);
}

/** Parses, and refuses names that are not there. */
export function checkedExpression(
  text: string,
  names: readonly string[],
  openNames: readonly string[] = [],
): CheckedExpression {
  const parsed = parseExpression(text);
  if (!parsed.ok) return { ok: false, message: `${parsed.message} (character ${parsed.at + 1})` };
  const unknown = namesIn(parsed.expression).find(
    (name) => !names.includes(name) && !openNames.some((open) => name.startsWith(open)),
  );
  if (unknown === undefined) return parsed;
  const near = nearestName(unknown, names);
  const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`;
  return { ok: false, message: `${unknown} is not known here; ${hint}` };
}

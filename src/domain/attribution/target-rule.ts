/**
 * Is a call a target call? An expression of the settings over what is known when the call is over, such as
 * `talk >= 30s and outcome != "spam" or key == "*1"`. Its version is stored with each verdict, so that another rule can
 * be computed over the same facts and the difference told before it is taken.
 */
import { evaluate, isTrue, type Expression } from '../dialplan/expressions.js';
import { checkedExpression, type CheckedExpression } from '../numbers/rule-expression.js';
import type { SourceLabels } from '../numbers/tracked-number.js';

export interface FinishedCall {
  /** Seconds both talked. */
  readonly talk: number;
  /** Seconds from the first ring to the end. */
  readonly duration: number;
  /** Disposition, or `spam` when an operator marked it so. */
  readonly outcome: string;
  readonly keys: readonly string[];
  readonly tags: readonly string[];
  readonly labels: SourceLabels;
  /** Of the caller before this one. */
  readonly earlierCalls: number;
}

export const TARGET_NAMES = [
  'talk',
  'duration',
  'outcome',
  'key',
  'tags',
  'source',
  'medium',
  'campaign',
  'earlierCalls',
] as const;

const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** Durations are written with their unit: `30s` is 30. What stands in quotes is left alone. */
export function parseTargetRule(text: string): CheckedExpression {
  return checkedExpression(withoutUnits(text), TARGET_NAMES);
}

function withoutUnits(text: string): string {
  return text.replace(
    /'[^']*'|"[^"]*"|\b(\d+(?:\.\d+)?)([smh])\b/g,
    (whole: string, amount: string | undefined, unit: keyof typeof UNITS) =>
      amount === undefined ? whole : String(Number(amount) * UNITS[unit]),
  );
}

/** `key == "*1"` is true when the keys pressed hold that sequence; so is `tags == "x"` when it is among the tags. */
export function isTarget(expression: Expression, call: FinishedCall): 'yes' | 'no' {
  const { keys, tags, labels, ...plain } = call;
  return isTrue(
    evaluate(ofLists(expression, { key: keys, tags }), (name) => {
      const values: Readonly<Record<string, string | number | undefined>> = { ...labels, ...plain };
      return (Object.hasOwn(values, name) ? values[name] : undefined) ?? null;
    }),
  )
    ? 'yes'
    : 'no';
}

type Lists = Readonly<Record<'key' | 'tags', readonly string[]>>;

/** A comparison of a list with a text is true when any of the list fits (`!=`: when none is equal). */
function ofLists(expression: Expression, lists: Lists): Expression {
  switch (expression.op) {
    case 'literal':
    case 'name':
    case 'list':
      return expression;
    case 'not':
      return { op: 'not', of: ofLists(expression.of, lists) };
    default:
      return ofComparison(expression, lists);
  }
}

type Binary = Exclude<Expression, { op: 'literal' | 'name' | 'list' | 'not' }>;

function ofComparison(expression: Binary, lists: Lists): Expression {
  const { op, left, right } = expression;
  if (op === 'and' || op === 'or') return { op, left: ofLists(left, lists), right: ofLists(right, lists) };
  const list = left.op === 'name' && isListName(left.name) ? lists[left.name] : undefined;
  if (list === undefined) return expression;
  const among = list.some((value) =>
    isTrue(evaluate({ op: op === '!=' ? '==' : op, left: { op: 'literal', value }, right }, () => null)),
  );
  return { op: 'literal', value: op === '!=' ? !among : among };
}

function isListName(name: string): name is keyof Lists {
  return name === 'key' || name === 'tags';
}

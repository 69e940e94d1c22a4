/** Expressions and the values they rest on as texts for people: the trace of `if`, and the boxes of `dialplan graph`. */
import type { Expression, Lookup } from './expressions.js';
import { namesIn } from './names-in.js';
import type { Value } from './session.js';

/** Longer texts are cut: a trace is stored with every call. */
const LONGEST_TEXT = 60;

function literalText(value: Value): string {
  if (value === null) return 'none';
  if (typeof value !== 'string') return String(value);
  return `'${value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value}'`;
}

/** Written the way the plan might have it; with more parentheses than needed rather than fewer. */
export function expressionText(expression: Expression): string {
  switch (expression.op) {
    case 'literal':
      return literalText(expression.value);
    case 'name':
      return expression.name;
    case 'list':
      return `[${expression.items.map(expressionText).join(', ')}]`;
    case 'not':
      return `not ${operandText(expression.of)}`;
    default:
      return `${operandText(expression.left)} ${expression.op} ${operandText(expression.right)}`;
  }
}

function operandText(expression: Expression): string {
  const text = expressionText(expression);
  return ['literal', 'name', 'list'].includes(expression.op) ? text : `(${text})`;
}

/** `lead.attempt is 2, lead.form is 'Kitchens'`: every name of an expression with its value; empty without names. */
export function valuesText(expression: Expression, lookup: Lookup): string {
  const names = [...new Set(namesIn(expression))];
  return names.map((name) => `${name} is ${literalText(lookup(name))}`).join(', ');
}

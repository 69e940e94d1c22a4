/**
 * The expression language of `if`, `set` and prompt names: literals, names, comparison, and/or/not, `in`, `contains`.
 * Parsed once when a dialplan is loaded; evaluation is total, runs no code and always ends. Called by the schema and verbs.
 *
 *   or := and {'or' and}    and := not {'and' not}    not := 'not' not | test
 *   test := operand [('==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'contains') operand]
 *   operand := number | 'text' | "text" | true | false | none | name | [operand, …] | ( or )
 */
import type { Value } from './session.js';
import { tokenize, type Token } from './tokens.js';

export const COMPARISONS = ['==', '!=', '<', '<=', '>', '>=', 'in', 'contains'] as const;
export type Comparison = (typeof COMPARISONS)[number];

export type Expression =
  | { readonly op: 'literal'; readonly value: Value }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'list'; readonly items: readonly Expression[] }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'and' | 'or' | Comparison; readonly left: Expression; readonly right: Expression };

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  /** `at` is the offset of the first character that does not fit. */
  | { readonly ok: false; readonly message: string; readonly at: number };

class Unreadable extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Position in the token list; the parser functions move it forward. */
interface Reader {
  readonly tokens: readonly Token[];
  next: number;
}

/** Nobody reads a longer one, and its parentheses would be deeper than our stack. */
const LONGEST_EXPRESSION = 1000;

export function parseExpression(text: string): ParsedExpression {
  if (text.length > LONGEST_EXPRESSION)
    return {
      ok: false,
      message: `an expression has at most ${LONGEST_EXPRESSION} characters`,
      at: LONGEST_EXPRESSION,
    };
  const tokens = tokenize(text);
  if (!tokens.ok)
    return { ok: false, message: `unexpected character ${text[tokens.at] ?? ''}`, at: tokens.at };
  const reader: Reader = { tokens: tokens.tokens, next: 0 };
  try {
    const expression = readOr(reader);
    const left = peek(reader);
    if (left.kind !== 'end') throw new Unreadable(`unexpected ${left.text}`, left.at);
    return { ok: true, expression };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return { ok: false, message: thrown.message, at: thrown.at };
    throw thrown;
  }
}

function peek(reader: Reader): Token {
  return reader.tokens[reader.next] ?? { kind: 'end', text: 'the end', at: 0 };
}

function take(reader: Reader): Token {
  const token = peek(reader);
  reader.next += 1;
  return token;
}

/** Takes the next token when it is this word or sign. */
function accept(reader: Reader, text: string): boolean {
  const token = peek(reader);
  const fits = (token.kind === 'word' || token.kind === 'sign') && token.text === text;
  if (fits) reader.next += 1;
  return fits;
}

function expect(reader: Reader, text: string): void {
  const token = peek(reader);
  if (!accept(reader, text)) throw new Unreadable(`expected ${text} before ${token.text}`, token.at);
}

function readOr(reader: Reader): Expression {
  let left = readAnd(reader);
  while (accept(reader, 'or')) left = { op: 'or', left, right: readAnd(reader) };
  return left;
}

function readAnd(reader: Reader): Expression {
  let left = readNot(reader);
  while (accept(reader, 'and')) left = { op: 'and', left, right: readNot(reader) };
  return left;
}

function readNot(reader: Reader): Expression {
  return accept(reader, 'not') ? { op: 'not', of: readNot(reader) } : readTest(reader);
}

function readTest(reader: Reader): Expression {
  const left = readOperand(reader);
  const op = COMPARISONS.find((comparison) => accept(reader, comparison));
  return op === undefined ? left : { op, left, right: readOperand(reader) };
}

function readOperand(reader: Reader): Expression {
  const token = take(reader);
  if (token.kind === 'number') return { op: 'literal', value: Number(token.text) };
  if (token.kind === 'text') return { op: 'literal', value: token.text };
  if (token.kind === 'word') return readWord(token);
  if (token.text === '(') return readGroup(reader);
  if (token.text === '[') return readList(reader);
  throw new Unreadable(`expected a value before ${token.text}`, token.at);
}

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['none', null],
]);
const KEYWORDS: readonly string[] = ['and', 'or', 'not', 'in', 'contains'];

function readWord(token: Token): Expression {
  const constant = CONSTANTS.get(token.text);
  if (constant !== undefined) return { op: 'literal', value: constant };
  if (KEYWORDS.includes(token.text)) throw new Unreadable(`expected a value before ${token.text}`, token.at);
  return { op: 'name', name: token.text };
}

function readGroup(reader: Reader): Expression {
  const inner = readOr(reader);
  expect(reader, ')');
  return inner;
}

function readList(reader: Reader): Expression {
  const items: Expression[] = [];
  if (accept(reader, ']')) return { op: 'list', items };
  do items.push(readOperand(reader));
  while (accept(reader, ','));
  expect(reader, ']');
  return { op: 'list', items };
}

export type Lookup = (name: string) => Value;

/** Total: values of different kinds are never equal, smaller or larger; a list outside `in` is absent. */
export function evaluate(expression: Expression, lookup: Lookup): Value {
  switch (expression.op) {
    case 'literal':
      return expression.value;
    case 'name':
      return lookup(expression.name);
    case 'list':
      return null;
    case 'not':
      return !isTrue(evaluate(expression.of, lookup));
    case 'and':
      return isTrue(evaluate(expression.left, lookup)) && isTrue(evaluate(expression.right, lookup));
    case 'or':
      return isTrue(evaluate(expression.left, lookup)) || isTrue(evaluate(expression.right, lookup));
    default:
      return compare(expression.op, evaluate(expression.left, lookup), expression.right, lookup);
  }
}

/** Absent, false, 0 and the empty text are false. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== false && value !== 0 && value !== '';
}

function compare(op: Comparison, left: Value, rightSide: Expression, lookup: Lookup): boolean {
  if (op === 'in')
    return rightSide.op === 'list' && rightSide.items.some((item) => evaluate(item, lookup) === left);
  const right = evaluate(rightSide, lookup);
  if (op === '==') return left === right;
  if (op === '!=') return left !== right;
  if (op === 'contains') return typeof left === 'string' && typeof right === 'string' && left.includes(right);
  return isOrdered(op, left, right);
}

function isOrdered(op: '<' | '<=' | '>' | '>=', left: Value, right: Value): boolean {
  if (left === null || right === null || typeof left !== typeof right || typeof left === 'boolean')
    return false;
  if (op === '<') return left < right;
  if (op === '<=') return left <= right;
  return op === '>' ? left > right : left >= right;
}

/** What an evaluated value reads as inside a spoken text or a tag. */
export function textOf(value: Value): string {
  return value === null ? '' : String(value);
}

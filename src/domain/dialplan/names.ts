/**
 * The names an expression may use, with their types, and how each is read. One table: the linter checks names and types
 * against it, evaluation reads through it, the manual lists it. Variables of the plan come on top.
 */
import type { Expression, Lookup } from './expressions.js';
import type { Facts } from './facts.js';
import { nearestName } from '../values/nearest.js';
import type { Session, Value } from './session.js';

export type ValueType = 'text' | 'number' | 'any';

interface NameRow {
  readonly type: ValueType;
  readonly meaning: string;
  readonly read: (facts: Facts, session: Session) => Value | undefined;
}

export const NAMES: Readonly<Record<string, NameRow>> = {
  'call.direction': {
    type: 'text',
    meaning: 'callback, inbound, click-to-call or outbound',
    read: (facts) => facts.direction,
  },
  'call.locale': { type: 'text', meaning: 'language of the call', read: (facts) => facts.locale },
  'call.clientNumber': {
    type: 'text',
    meaning: 'E.164 number of the outside party',
    read: (facts) => facts.clientNumber,
  },
  'call.did': { type: 'text', meaning: 'tracked number that was dialled', read: (facts) => facts.did },
  'call.callerId': { type: 'text', meaning: 'number shown to the client', read: (facts) => facts.callerId },
  'call.display': {
    type: 'text',
    meaning: 'form or ad shown to the operator',
    read: (facts) => facts.display,
  },
  'lead.kind': {
    type: 'text',
    meaning: 'form, basket, callback, message, …',
    read: (facts) => facts.lead?.kind,
  },
  'lead.name': { type: 'text', meaning: 'name the client gave', read: (facts) => facts.lead?.clientName },
  'lead.phone': { type: 'text', meaning: 'phone the client gave', read: (facts) => facts.lead?.phone },
  'lead.form': { type: 'text', meaning: 'display name of the form', read: (facts) => facts.lead?.formName },
  'lead.ad': { type: 'text', meaning: 'ad', read: (facts) => facts.lead?.ad },
  'lead.adGroup': { type: 'text', meaning: 'ad group', read: (facts) => facts.lead?.adGroup },
  'lead.campaign': { type: 'text', meaning: 'campaign', read: (facts) => facts.lead?.campaign },
  'lead.attempt': {
    type: 'number',
    meaning: 'number of this attempt, from 1',
    read: (facts) => facts.lead?.attempt,
  },
  'group.name': { type: 'text', meaning: 'group of operators', read: (facts) => facts.group?.name },
  'operators.onDuty': {
    type: 'number',
    meaning: 'operators on duty',
    read: (facts) => facts.operators.length,
  },
  'operator.name': { type: 'text', meaning: 'operator who accepted', read: (_, session) => session.operator },
  'policy.name': { type: 'text', meaning: 'callback policy', read: (facts) => facts.policy?.name },
  'policy.recordingAnnouncement': {
    type: 'text',
    meaning: 'prompt that announces the recording',
    read: (facts) => facts.policy?.recordingAnnouncement,
  },
};

/** Names under these prefixes exist as the form or the visit filled them; all are texts. */
export const OPEN_NAMES = ['lead.answers.', 'lead.touch.'] as const;

function readOpen(name: string, facts: Facts): string | undefined {
  const [answers, touch] = OPEN_NAMES;
  if (name.startsWith(answers)) return own(facts.lead?.answers, name.slice(answers.length));
  return name.startsWith(touch) ? own(facts.lead?.touch, name.slice(touch.length)) : undefined;
}

/** Names come from plans and forms: what an object inherits is not a value of theirs. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Reads names for `evaluate`; an absent fact or an unset variable is `null`. */
export function lookupIn(facts: Facts, session: Session): Lookup {
  return (name) =>
    own(session.variables, name) ?? own(NAMES, name)?.read(facts, session) ?? readOpen(name, facts) ?? null;
}

export interface NameProblem {
  readonly code: 'name-unknown' | 'type-mismatch';
  readonly message: string;
  readonly suggestion?: string;
}

/** Problems of an expression with the variables the plan sets. Empty when good. */
export function checkNames(expression: Expression, variables: readonly string[]): readonly NameProblem[] {
  switch (expression.op) {
    case 'literal':
      return [];
    case 'name':
      return checkName(expression.name, variables);
    case 'list':
      return expression.items.flatMap((item) => checkNames(item, variables));
    case 'not':
      return checkNames(expression.of, variables);
    default:
      return [
        ...checkNames(expression.left, variables),
        ...checkNames(expression.right, variables),
        ...checkTypes(expression),
      ];
  }
}

function checkName(name: string, variables: readonly string[]): readonly NameProblem[] {
  if (
    Object.hasOwn(NAMES, name) ||
    variables.includes(name) ||
    OPEN_NAMES.some((prefix) => name.startsWith(prefix))
  )
    return [];
  const suggestion = nearestName(name, [...Object.keys(NAMES), ...variables]);
  const problem = { code: 'name-unknown', message: `there is no fact or variable ${name}` } as const;
  return [suggestion === undefined ? problem : { ...problem, suggestion }];
}

/** A text is never equal to, below or above a number: such a test is a slip of its author. */
function checkTypes(
  expression: Exclude<Expression, { op: 'literal' | 'name' | 'list' | 'not' }>,
): readonly NameProblem[] {
  if (expression.op === 'and' || expression.op === 'or') return [];
  const left = typeOf(expression.left);
  const sides = expression.right.op === 'list' ? expression.right.items : [expression.right];
  const wrong = sides.map(typeOf).find((right) => left !== 'any' && right !== 'any' && left !== right);
  if (wrong === undefined) return [];
  return [{ code: 'type-mismatch', message: `a ${left} is compared with a ${wrong}` }];
}

function typeOf(expression: Expression): ValueType {
  if (expression.op === 'name')
    return (
      NAMES[expression.name]?.type ??
      (OPEN_NAMES.some((prefix) => expression.name.startsWith(prefix)) ? 'text' : 'any')
    );
  if (expression.op !== 'literal') return 'any';
  if (typeof expression.value === 'number') return 'number';
  return typeof expression.value === 'string' ? 'text' : 'any';
}

/**
 * The names an expression may use, with their types, and how each is read. One table: the linter checks names and types
 * against it, evaluation reads through it, the manual lists it. Variables of the plan come on top.
 */
import type { Expression, Lookup } from './expressions.js';
import type { Facts } from './facts.js';
import { nearestName } from '../values/nearest.js';
import { clockAt, isOpen } from '../schedule/opening-hours.js';
import type { E164, Instant } from '../values/ids.js';
import { parsePhone } from '../values/phone.js';
import type { Session, Value } from './session.js';

export type ValueType = 'text' | 'number' | 'yes-no' | 'any';

interface NameRow {
  readonly type: ValueType;
  readonly meaning: string;
  readonly read: (facts: Facts, session: Session, now: Instant) => Value | undefined;
}

const DAY_MS = 86_400_000;

/** The zone of the plan's group: its hours and its clock. */
export function zoneOf({ group }: Facts): string {
  return group?.timeZone ?? 'UTC';
}

function countryOf(number: E164 | undefined): string | undefined {
  const parsed = number === undefined ? undefined : parsePhone(number);
  return parsed?.ok === true ? parsed.country : undefined;
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
  'call.didCountry': {
    type: 'text',
    meaning: 'ISO 3166 country of that number; none of freephones of several countries',
    read: (facts) => countryOf(facts.did),
  },
  'call.dialled': {
    type: 'text',
    meaning: 'what was dialled, as signalled; for short codes of own phones',
    read: (facts) => facts.dialled,
  },
  'call.callerId': { type: 'text', meaning: 'number shown to the client', read: (facts) => facts.callerId },
  'call.recorded': {
    type: 'text',
    meaning: 'on or off: is a call that an operator dialled recorded',
    read: (facts) => facts.recorded,
  },
  'call.keysAfterAnswer': {
    type: 'text',
    meaning: 'keys to send to the client once it has answered (POST /v1/calls)',
    read: (facts) => facts.keysAfterAnswer,
  },
  'call.display': {
    type: 'text',
    meaning: 'form or ad shown to the operator',
    read: (facts) => facts.display,
  },
  'call.trunk': {
    type: 'text',
    meaning: 'trunk that brought the call, or user of the registered phone',
    read: (facts) => facts.trunk,
  },
  'caller.known': {
    type: 'yes-no',
    meaning: 'there were calls with this number before',
    read: (facts) => facts.caller?.known,
  },
  'caller.timesCalled': {
    type: 'number',
    meaning: 'earlier calls with this number',
    read: (facts) => facts.caller?.timesCalled,
  },
  'caller.daysSinceLastCall': {
    type: 'number',
    meaning: 'whole days since the last call with this number',
    read: (facts, _, now) =>
      facts.caller?.lastCallAt === undefined
        ? undefined
        : Math.floor((now - facts.caller.lastCallAt) / DAY_MS),
  },
  'caller.lastOperator': {
    type: 'text',
    meaning: 'operator who accepted the last call',
    read: (facts) => facts.caller?.lastOperator,
  },
  'caller.lastDisposition': {
    type: 'text',
    meaning: 'how the last call counted',
    read: (facts) => facts.caller?.lastDisposition,
  },
  'caller.country': {
    type: 'text',
    meaning: 'ISO 3166 country of the number: DE, RU, …',
    read: (facts) => facts.caller?.country,
  },
  'caller.region': {
    type: 'text',
    meaning: 'ISO 3166-2 region of a fixed line: RU-MOW, CZ-10, …',
    read: (facts) => facts.caller?.region,
  },
  'caller.localHour': {
    type: 'number',
    meaning: "hour of the day where the caller is, else the group's",
    read: (facts, _, now) => clockAt(facts.caller?.timeZone ?? zoneOf(facts), now).hour,
  },
  'time.hour': {
    type: 'number',
    meaning: "hour of the day in the group's zone, 0 to 23",
    read: (facts, _, now) => clockAt(zoneOf(facts), now).hour,
  },
  'time.minute': {
    type: 'number',
    meaning: 'minute of the hour',
    read: (facts, _, now) => clockAt(zoneOf(facts), now).minute,
  },
  'time.weekday': {
    type: 'number',
    meaning: 'day of the week, 1 is Monday',
    read: (facts, _, now) => clockAt(zoneOf(facts), now).weekday,
  },
  'time.date': {
    type: 'text',
    meaning: "date in the group's zone, 2026-12-24",
    read: (facts, _, now) => clockAt(zoneOf(facts), now).date,
  },
  'attribution.source': {
    type: 'text',
    meaning: 'where the client came from: google, tiktok, …',
    read: (facts) => facts.attribution?.source,
  },
  'attribution.medium': {
    type: 'text',
    meaning: 'cpc, organic, referral, …',
    read: (facts) => facts.attribution?.medium,
  },
  'attribution.campaign': {
    type: 'text',
    meaning: 'campaign the call is credited to',
    read: (facts) => facts.attribution?.campaign,
  },
  'attribution.adGroup': {
    type: 'text',
    meaning: 'ad group the call is credited to',
    read: (facts) => facts.attribution?.adGroup,
  },
  'attribution.ad': {
    type: 'text',
    meaning: 'ad the call is credited to',
    read: (facts) => facts.attribution?.ad,
  },
  'attribution.keyword': {
    type: 'text',
    meaning: 'keyword the call is credited to',
    read: (facts) => facts.attribution?.keyword,
  },
  'attribution.landingPage': {
    type: 'text',
    meaning: 'page the client came to',
    read: (facts) => facts.attribution?.landingPage,
  },
  'attribution.confidence': {
    type: 'number',
    meaning: 'how sure that is, 0 to 1',
    read: (facts) => facts.attribution?.confidence,
  },
  'form.name': { type: 'text', meaning: 'form of the lead', read: (facts) => facts.lead?.formName },
  'ad.name': {
    type: 'text',
    meaning: 'ad of the lead, else of the attribution',
    read: (facts) => facts.lead?.ad ?? facts.attribution?.ad,
  },
  'ad.campaign': {
    type: 'text',
    meaning: 'campaign of the lead, else of the attribution',
    read: (facts) => facts.lead?.campaign ?? facts.attribution?.campaign,
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
  'call.mark': {
    type: 'text',
    meaning: 'what was said of the call last: target, not-target, later, blacklist',
    read: (_, session) => session.mark,
  },
  'policy.name': { type: 'text', meaning: 'callback policy', read: (facts) => facts.policy?.name },
  'policy.confirmKey': {
    type: 'text',
    meaning: 'key by which a client says that a person answered',
    read: (facts) => facts.policy?.confirmKey ?? '1',
  },
  'policy.recordingAnnouncement': {
    type: 'text',
    meaning: 'prompt that announces the recording',
    read: (facts) => facts.policy?.recordingAnnouncement,
  },
};

/** Names under these prefixes exist as the form, the visit or the telephony set filled them. */
export const OPEN_NAMES = { 'lead.answers.': 'text', 'lead.touch.': 'text', 'hours.': 'yes-no' } as const;
const OPEN_PREFIXES = Object.keys(OPEN_NAMES) as readonly (keyof typeof OPEN_NAMES)[];

function openPrefix(name: string): keyof typeof OPEN_NAMES | undefined {
  return OPEN_PREFIXES.find((prefix) => name.startsWith(prefix) && name.length > prefix.length);
}

function readOpen(name: string, facts: Facts, now: Instant): string | boolean | undefined {
  const prefix = openPrefix(name);
  if (prefix === undefined) return undefined;
  const rest = name.slice(prefix.length);
  if (prefix === 'lead.answers.') return own(facts.lead?.answers, rest);
  if (prefix === 'lead.touch.') return own(facts.lead?.touch, rest);
  const hours = own(facts.hours, rest);
  return hours === undefined ? undefined : isOpen(hours, zoneOf(facts), now);
}

/** Names come from plans and forms: what an object inherits is not a value of theirs. */
function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Reads names for `evaluate`; an absent fact or an unset variable is `null`. */
export function lookupIn(facts: Facts, session: Session, now: Instant): Lookup {
  return (name) =>
    own(session.variables, name) ??
    own(NAMES, name)?.read(facts, session, now) ??
    readOpen(name, facts, now) ??
    null;
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
  if (Object.hasOwn(NAMES, name) || variables.includes(name) || openPrefix(name) !== undefined) return [];
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
  if (expression.op === 'name') return typeOfName(expression.name);
  if (expression.op !== 'literal') return 'any';
  if (typeof expression.value === 'number') return 'number';
  if (typeof expression.value === 'boolean') return 'yes-no';
  return typeof expression.value === 'string' ? 'text' : 'any';
}

function typeOfName(name: string): ValueType {
  const prefix = openPrefix(name);
  return own(NAMES, name)?.type ?? (prefix === undefined ? 'any' : OPEN_NAMES[prefix]);
}

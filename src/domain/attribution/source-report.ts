/**
 * What advertising brought and what it cost: calls and requests by source, medium, campaign or day, with any model, over
 * stored facts. Pure and of a bounded list; another model or window changes what comes out here and nothing else.
 */
import type { Cost } from '../numbers/offline.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import { creditsOf, type ModelName, type TimedSource, type TouchWindow } from './models.js';
import { personsOf, uniqueContacts, type Contact, type Uniqueness } from './person.js';

export const REPORT_GROUPINGS = ['source', 'medium', 'campaign', 'day'] as const;
export type ReportGrouping = (typeof REPORT_GROUPINGS)[number];

/** A call, request or text of the project with where it came from. */
export interface ReportedContact extends Contact {
  readonly touches: readonly TimedSource[];
  /** What it is credited to when no touch counts; empty: nobody knows. */
  readonly labels: SourceLabels;
  /** Judged by the project's rule when it was over; requests are none. */
  readonly target?: 'yes' | 'no';
}

export interface ReportTerms extends Uniqueness {
  readonly by: ReportGrouping;
  readonly model: ModelName;
  /** Contacts before `from` only tell which of the later ones are not the first. */
  readonly from: Instant;
  readonly to: Instant;
  /** Local day of an instant, `YYYY-MM-DD`. */
  readonly dayOf: (at: Instant) => string;
}

/** Shares of a contact are spread over several rows by models that credit several touches. */
export interface ReportRow {
  readonly source?: string;
  readonly medium?: string;
  readonly campaign?: string;
  readonly day?: string;
  readonly calls: number;
  readonly requests: number;
  readonly texts: number;
  readonly targetCalls: number;
  /** Contacts that are the first of their person in the window. */
  readonly unique: number;
  readonly uniqueTargetCalls: number;
  /** Different persons with a share in this row. */
  readonly persons: number;
  /** By currency: amounts of several are never added. */
  readonly costs: Readonly<Record<string, number>>;
}

export interface SourceReport {
  readonly rows: readonly ReportRow[];
  readonly total: ReportRow;
}

/** Stands for what nobody knows: ambiguous calls whose candidates disagree, numbers nobody was shown. */
export const UNKNOWN_SOURCE = '(unknown)';

type Key = Pick<ReportRow, 'source' | 'medium' | 'campaign' | 'day'>;

interface Tally {
  readonly key: Key;
  readonly persons: Set<string>;
  readonly costs: Record<string, number>;
  calls: number;
  requests: number;
  texts: number;
  targetCalls: number;
  unique: number;
  uniqueTargetCalls: number;
}

export function sourceReport(
  contacts: readonly ReportedContact[],
  costs: readonly Cost[],
  terms: ReportTerms,
): SourceReport {
  const persons = personsOf(contacts);
  const firsts = uniqueContacts(contacts, terms);
  const tallies = new Map<string, Tally>();
  const total = tallyOf({});
  for (const contact of contacts) {
    if (contact.at < terms.from || contact.at >= terms.to) continue;
    const counted = { contact, person: persons.get(contact.id) ?? contact.id, first: firsts.has(contact.id) };
    count(total, counted, 1);
    for (const { labels, share } of sharesOf(contact, terms))
      count(tallyAt(tallies, keyOf(labels, terms.dayOf(contact.at), terms.by)), counted, share);
  }
  for (const cost of costs) {
    addCost(total, cost);
    addCost(tallyAt(tallies, keyOf(cost, cost.day, terms.by)), cost);
  }
  return { rows: [...tallies.values()].map(rowOf).sort(byKey), total: rowOf(total) };
}

interface Share {
  readonly labels: SourceLabels;
  readonly share: number;
}

function sharesOf(
  { at, touches, labels }: ReportedContact,
  { model, windowDays }: ReportTerms,
): readonly Share[] {
  const window: TouchWindow = { until: at, ...present({ days: windowDays }) };
  const credits = creditsOf(model, touches, window);
  return credits.length === 0
    ? [{ labels, share: 1 }]
    : credits.map(({ touch, share }) => ({ labels: touch, share }));
}

function keyOf({ source, medium, campaign }: SourceLabels, day: string, by: ReportGrouping): Key {
  if (by === 'day') return { day };
  const whole = { source: source ?? UNKNOWN_SOURCE, medium: medium ?? '', campaign: campaign ?? '' };
  if (by === 'source') return { source: whole.source };
  return by === 'medium' ? { source: whole.source, medium: whole.medium } : whole;
}

function tallyAt(tallies: Map<string, Tally>, key: Key): Tally {
  const name = JSON.stringify(key);
  const known = tallies.get(name) ?? tallyOf(key);
  tallies.set(name, known);
  return known;
}

function tallyOf(key: Key): Tally {
  const nothing = { calls: 0, requests: 0, texts: 0, targetCalls: 0, unique: 0, uniqueTargetCalls: 0 };
  return { key, persons: new Set(), costs: {}, ...nothing };
}

interface Counted {
  readonly contact: ReportedContact;
  readonly person: string;
  readonly first: boolean;
}

const COLUMNS = { call: 'calls', request: 'requests', text: 'texts' } as const;

function count(tally: Tally, { contact, person, first }: Counted, share: number): void {
  tally[COLUMNS[contact.kind]] += share;
  tally.persons.add(person);
  if (first) tally.unique += share;
  if (contact.target !== 'yes') return;
  tally.targetCalls += share;
  if (first) tally.uniqueTargetCalls += share;
}

function addCost({ costs }: Tally, { currency, amount }: Cost): void {
  costs[currency] = (costs[currency] ?? 0) + amount;
}

function rowOf({ key, persons, ...tally }: Tally): ReportRow {
  return { ...key, ...tally, persons: persons.size };
}

function byKey(one: ReportRow, other: ReportRow): number {
  const name = ({ day, source, medium, campaign }: ReportRow): string =>
    [day, source, medium, campaign].join('\n');
  return name(one) < name(other) ? -1 : 1;
}

/** What one of them cost; undefined without costs, with costs in several currencies, or with nothing to divide by. */
export function costOf({ costs }: Pick<ReportRow, 'costs'>, count: number): number | undefined {
  const amounts = Object.values(costs);
  const [amount] = amounts;
  return amounts.length === 1 && amount !== undefined && count > 0 ? amount / count : undefined;
}

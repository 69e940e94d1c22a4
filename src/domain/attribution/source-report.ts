/**
 * What advertising brought and what it cost: calls, requests and deals by source, time, device or path, with any model, over stored facts. Pure and of a bounded list; another model or window changes what comes out here and nothing else.
 */
import type { DealStatus } from '../deals/deal.js';
import type { Cost } from '../numbers/offline.js';
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { LocalTime } from '../schedule/keyed-time.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import { creditsOf, type ModelName, type TimedSource, type TouchWindow } from './models.js';
import {
  KEY_NAMES,
  pathOf,
  rowKeyOf,
  type Placed,
  type ReportGrouping,
  type RowKey,
} from './report-grouping.js';
import { personsOf, uniqueContacts, type Contact, type Uniqueness } from './person.js';

/** A call, request or text of the project with where it came from. */
export interface ReportedContact extends Contact {
  readonly touches: readonly TimedSource[];
  /** What it is credited to when no touch counts; empty: nobody knows. */
  readonly labels: SourceLabels;
  /** Judged by the project's rule when it was over; requests are none. */
  readonly target?: 'yes' | 'no';
  /** Of the visit that led to it. */
  readonly device?: string;
}

/** A deal with where its client came from. */
export interface CreditedDeal {
  readonly status: DealStatus;
  readonly amount?: number;
  readonly currency?: string;
  readonly openedAt: Instant;
  /** When it came to its status. */
  readonly at: Instant;
  /** Of the contact it came from. */
  readonly contactAt?: Instant;
  readonly touches: readonly TimedSource[];
  readonly labels: SourceLabels;
}

export interface ReportFacts {
  readonly contacts: readonly ReportedContact[];
  readonly costs: readonly Cost[];
  readonly deals: readonly CreditedDeal[];
}

export interface ReportTerms extends Uniqueness {
  readonly by: ReportGrouping;
  readonly model: ModelName;
  /** Contacts before `from` only tell which of the later ones are not the first. */
  readonly from: Instant;
  readonly to: Instant;
  readonly localOf: (at: Instant) => LocalTime;
}

/** Shares of a contact are spread over several rows by models that credit several touches. */
export interface ReportRow extends RowKey {
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
  /** That began in this time. */
  readonly deals: number;
  /** Won in this time, whenever they began. */
  readonly sales: number;
  /** Of these sales, by currency. */
  readonly revenue: Readonly<Record<string, number>>;
}

export interface SourceReport {
  readonly rows: readonly ReportRow[];
  readonly total: ReportRow;
}

interface Tally {
  readonly key: RowKey;
  readonly persons: Set<string>;
  readonly costs: Record<string, number>;
  readonly revenue: Record<string, number>;
  deals: number;
  sales: number;
  calls: number;
  requests: number;
  texts: number;
  targetCalls: number;
  unique: number;
  uniqueTargetCalls: number;
}

export function sourceReport({ contacts, costs, deals }: ReportFacts, terms: ReportTerms): SourceReport {
  const persons = personsOf(contacts);
  const firsts = uniqueContacts(contacts, terms);
  const tallies = new Map<string, Tally>();
  const total = tallyOf({});
  for (const contact of contacts) {
    if (contact.at < terms.from || contact.at >= terms.to) continue;
    const counted = { contact, person: persons.get(contact.id) ?? contact.id, first: firsts.has(contact.id) };
    count(total, counted, 1);
    const placed = placeOf(contact, contact.at, terms);
    for (const { labels, share } of sharesOf(contact, terms))
      place(tallies, terms, { ...placed, labels }, (tally) => count(tally, counted, share));
  }
  for (const cost of costs) {
    add(total.costs, cost);
    place(tallies, terms, { labels: cost, day: cost.day }, (tally) => add(tally.costs, cost));
  }
  for (const deal of deals) countDeal(deal, { tallies, total, terms });
  return { rows: [...tallies.values()].map(rowOf).sort(byKey), total: rowOf(total) };
}

interface Share {
  readonly labels: SourceLabels;
  readonly share: number;
}

function sharesOf(
  { at, touches, labels }: Pick<ReportedContact, 'at' | 'touches' | 'labels'>,
  { model, windowDays }: ReportTerms,
): readonly Share[] {
  const window: TouchWindow = { until: at, ...present({ days: windowDays }) };
  const credits = creditsOf(model, touches, window);
  return credits.length === 0
    ? [{ labels, share: 1 }]
    : credits.map(({ touch, share }) => ({ labels: touch, share }));
}

/** Of a deal the path is that of the contact it came from, and no device is known. */
function placeOf(
  contact: Pick<ReportedContact, 'at' | 'touches' | 'labels' | 'device'>,
  at: Instant,
  { by, localOf, windowDays }: ReportTerms,
): Omit<Placed, 'labels'> {
  const { device = UNKNOWN_DEVICE } = contact;
  return { ...localOf(at), device, ...(by === 'path' && { path: pathOf(contact, windowDays) }) };
}

const UNKNOWN_DEVICE = 'unknown';

function place(
  tallies: Map<string, Tally>,
  { by }: ReportTerms,
  placed: Placed,
  enter: (tally: Tally) => void,
): void {
  const key = rowKeyOf(by, placed);
  if (key === undefined) return;
  const name = JSON.stringify(key);
  const tally = tallies.get(name) ?? tallyOf(key);
  tallies.set(name, tally);
  enter(tally);
}

function tallyOf(key: RowKey): Tally {
  const nothing = { calls: 0, requests: 0, texts: 0, targetCalls: 0, unique: 0, uniqueTargetCalls: 0 };
  return { key, persons: new Set(), costs: {}, revenue: {}, deals: 0, sales: 0, ...nothing };
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

interface Counting {
  readonly tallies: Map<string, Tally>;
  readonly total: Tally;
  readonly terms: ReportTerms;
}

/** By the model of its contact; on the day it began, and on the day it was won. */
function countDeal(deal: CreditedDeal, { tallies, total, terms }: Counting): void {
  const { openedAt, contactAt = openedAt, touches, labels } = deal;
  const contact = { at: contactAt, touches, labels };
  const shares = sharesOf(contact, terms);
  for (const { at, add } of momentsOf(deal, terms)) {
    add(total, 1);
    const placed = placeOf(contact, at, terms);
    for (const { labels: credited, share } of shares)
      place(tallies, terms, { ...placed, labels: credited }, (tally) => add(tally, share));
  }
}

interface DealMoment {
  readonly at: Instant;
  readonly add: (tally: Tally, share: number) => void;
}

function momentsOf(deal: CreditedDeal, { from, to }: ReportTerms): readonly DealMoment[] {
  const { openedAt, at, status, amount, currency } = deal;
  const began: DealMoment = { at: openedAt, add: (tally, share) => void (tally.deals += share) };
  const won: DealMoment = {
    at,
    add(tally, share) {
      tally.sales += share;
      if (amount !== undefined && currency !== undefined)
        add(tally.revenue, { currency, amount: amount * share });
    },
  };
  return [began, ...(status === 'won' ? [won] : [])].filter((moment) => moment.at >= from && moment.at < to);
}

function add(sums: Record<string, number>, { currency, amount }: Pick<Cost, 'currency' | 'amount'>): void {
  sums[currency] = (sums[currency] ?? 0) + amount;
}

function rowOf({ key, persons, ...tally }: Tally): ReportRow {
  return { ...key, ...tally, persons: persons.size };
}

function byKey(one: ReportRow, other: ReportRow): number {
  const name = (row: ReportRow): string => KEY_NAMES.map((key) => row[key]).join('\n');
  return name(one) < name(other) ? -1 : 1;
}

/** What one of them cost; undefined without costs, with costs in several currencies, or with nothing to divide by. */
export function costOf({ costs }: Pick<ReportRow, 'costs'>, count: number): number | undefined {
  const amounts = Object.values(costs);
  const [amount] = amounts;
  return amounts.length === 1 && amount !== undefined && count > 0 ? amount / count : undefined;
}

/** (Revenue − costs) / costs; undefined without costs, and when they or the revenue are of several or other currencies. */
export function returnOf({ costs, revenue }: Pick<ReportRow, 'costs' | 'revenue'>): number | undefined {
  const [currency, ...others] = new Set([...Object.keys(costs), ...Object.keys(revenue)]);
  const spent = costs[currency ?? ''] ?? 0;
  if (currency === undefined || others.length > 0 || spent <= 0) return undefined;
  return ((revenue[currency] ?? 0) - spent) / spent;
}

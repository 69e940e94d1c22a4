/** By what a source report is grouped, and which row a contact, a deal or a cost belongs to. Called by source-report. */
import type { SourceLabels } from '../numbers/tracked-number.js';
import type { Instant } from '../values/ids.js';
import { present } from '../values/present.js';
import { creditsOf, DIRECT, isDirect, type TimedSource } from './models.js';

export const KEY_NAMES = [
  'source',
  'medium',
  'campaign',
  'term',
  'day',
  'weekday',
  'hour',
  'device',
  'path',
] as const;
export type RowKey = { readonly [N in (typeof KEY_NAMES)[number]]?: string };

/** What names the rows of each grouping. */
export const GROUPING_KEYS = {
  source: ['source'],
  medium: ['source', 'medium'],
  campaign: ['source', 'medium', 'campaign'],
  keyword: ['source', 'medium', 'campaign', 'term'],
  day: ['day'],
  weekday: ['weekday'],
  hour: ['hour'],
  device: ['device'],
  path: ['path'],
} as const satisfies Readonly<Record<string, readonly (keyof RowKey)[]>>;

export type ReportGrouping = keyof typeof GROUPING_KEYS;
export const REPORT_GROUPINGS = Object.keys(GROUPING_KEYS) as readonly ReportGrouping[];

/** Stands for what nobody knows: ambiguous calls whose candidates disagree, numbers nobody was shown. */
export const UNKNOWN_SOURCE = '(unknown)';

/** Of a cost nothing but its labels and its day is known. */
export interface Placed {
  readonly labels: SourceLabels;
  readonly day: string;
  /** `00` to `23`, local. */
  readonly hour?: string;
  readonly device?: string;
  readonly path?: string;
}

type Read = (placed: Placed) => string | undefined;

const READ: { readonly [N in keyof RowKey]-?: Read } = {
  source: ({ labels: { source = UNKNOWN_SOURCE } }) => source,
  medium: ({ labels: { medium = '' } }) => medium,
  campaign: ({ labels: { campaign = '' } }) => campaign,
  term: ({ labels: { term = '' } }) => term,
  day: ({ day }) => day,
  weekday: ({ day }) => weekdayOf(day),
  hour: ({ hour }) => hour,
  device: ({ device }) => device,
  path: ({ path }) => path,
};

/** Undefined: belongs to no row of this grouping, and counts in the total only. */
export function rowKeyOf(by: ReportGrouping, placed: Placed): RowKey | undefined {
  const named = GROUPING_KEYS[by].map((name) => [name, READ[name](placed)] as const);
  return named.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(named);
}

/** ISO 8601: Monday is 1. */
function weekdayOf(day: string): string {
  return String(new Date(`${day}T00:00:00Z`).getUTCDay() || 7);
}

interface Walked {
  readonly at: Instant;
  readonly touches: readonly TimedSource[];
  readonly labels: SourceLabels;
}

/** Longer chains are one row each, which tells nobody anything: their beginning is cut. */
const MOST_STEPS = 10;

/** The touches that led to a contact, in order, as `cpc yandex ×2 → direct → cpc yandex`. */
export function pathOf({ at, touches, labels }: Walked, days?: number): string {
  const walked = creditsOf('linear', touches, { until: at, ...present({ days }) });
  const names = walked.length === 0 ? [stepName(labels)] : walked.map(({ touch }) => touchName(touch));
  const steps = runsOf(names).map(({ name, times }) => (times === 1 ? name : `${name} ×${times}`));
  const shown = steps.slice(-MOST_STEPS);
  return [...(shown.length < steps.length ? ['…'] : []), ...shown].join(' → ');
}

function touchName(touch: TimedSource): string {
  return isDirect(touch) ? DIRECT : stepName(touch);
}

function stepName({ source, medium }: SourceLabels): string {
  return source === undefined ? UNKNOWN_SOURCE : [medium, source].filter(Boolean).join(' ');
}

interface Run {
  readonly name: string;
  readonly times: number;
}

function runsOf(names: readonly string[]): readonly Run[] {
  return names.reduce<readonly Run[]>((runs, name) => {
    const last = runs.at(-1);
    return last?.name === name
      ? [...runs.slice(0, -1), { name, times: last.times + 1 }]
      : [...runs, { name, times: 1 }];
  }, []);
}

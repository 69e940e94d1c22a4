/**
 * The speed-to-lead board: how long from the moment a lead may be called to each stage of reaching its client, in groups.
 * Pure; the http room asks the store for `LeadSpeed` rows and shows what comes out.
 */
import type { Instant, LeadId } from '../values/ids.js';
import { present } from '../values/present.js';

/** One lead with the first time of each stage over all its attempts. */
export interface LeadSpeed {
  readonly id: LeadId;
  readonly receivedAt: Instant;
  /** First moment it could be called: at once, at the opening, when the client asked. */
  readonly dueAt: Instant;
  readonly form?: string;
  readonly group?: string;
  readonly operator?: string;
  /** First operator's phone rang. */
  readonly rangAt?: Instant;
  readonly acceptedAt?: Instant;
  readonly clientRangAt?: Instant;
  readonly talkAt?: Instant;
}

export const SPEED_GROUPINGS = ['all', 'form', 'group', 'operator', 'hour'] as const;
export type SpeedGrouping = (typeof SPEED_GROUPINGS)[number];

export const SPEED_STAGES = ['ring', 'accept', 'client_ring', 'talk'] as const;
export type SpeedStage = (typeof SPEED_STAGES)[number];

/** Seconds by which a stage is counted as prompt. */
export const WITHIN_SECONDS = [30, 60, 300] as const;

export interface StageSpeed {
  /** Leads that came to this stage. */
  readonly count: number;
  readonly p50?: number;
  readonly p90?: number;
  /** Share of all leads of the row, 0 to 1, in the order of WITHIN_SECONDS. */
  readonly within: readonly number[];
}

export interface SpeedRow {
  /** Name of form, group or operator, or the hour of the day (`09`); `` for leads that have none. */
  readonly key: string;
  readonly leads: number;
  readonly stages: Readonly<Record<SpeedStage, StageSpeed>>;
}

const TIME_OF: Readonly<Record<SpeedStage, (lead: LeadSpeed) => Instant | undefined>> = {
  ring: ({ rangAt }) => rangAt,
  accept: ({ acceptedAt }) => acceptedAt,
  client_ring: ({ clientRangAt }) => clientRangAt,
  talk: ({ talkAt }) => talkAt,
};

/** `hourOf` says the local hour of the day of an instant. */
export function speedBoard(
  leads: readonly LeadSpeed[],
  by: SpeedGrouping,
  hourOf: (at: Instant) => number,
): readonly SpeedRow[] {
  const groups = new Map<string, LeadSpeed[]>();
  for (const lead of leads) {
    const key = keyOf(lead, by, hourOf);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [lead]);
    else known.push(lead);
  }
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, members]) => rowOf(key, members));
}

function keyOf(lead: LeadSpeed, by: SpeedGrouping, hourOf: (at: Instant) => number): string {
  if (by === 'all') return 'all';
  if (by === 'hour') return String(hourOf(lead.receivedAt)).padStart(2, '0');
  return lead[by] ?? '';
}

function rowOf(key: string, leads: readonly LeadSpeed[]): SpeedRow {
  const stages = SPEED_STAGES.map((stage) => [stage, stageOf(stage, leads)] as const);
  return { key, leads: leads.length, stages: Object.fromEntries(stages) as SpeedRow['stages'] };
}

function stageOf(stage: SpeedStage, leads: readonly LeadSpeed[]): StageSpeed {
  const seconds = leads
    .flatMap((lead) => {
      const at = TIME_OF[stage](lead);
      return at === undefined ? [] : [Math.max(0, at - lead.dueAt) / 1000];
    })
    .toSorted((a, b) => a - b);
  const within = WITHIN_SECONDS.map((most) => seconds.filter((one) => one <= most).length / leads.length);
  const [p50, p90] = [percentile(seconds, 0.5), percentile(seconds, 0.9)];
  return { count: seconds.length, within, ...present({ p50, p90 }) };
}

/** Nearest rank: a value that really occurred. `sorted` ascending; undefined of nothing. */
export function percentile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

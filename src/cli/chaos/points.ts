/** Where a controller is killed: the one table of points, and the plan that a seed makes of it. */
import { ACCEPT_AFTER_MS, type OperatorPlan } from './cast.js';
import type { SeededRandom } from './seeded-random.js';
import type { Sighting } from './sightings.js';

interface Point {
  /** What the phones (or the answer to the POST) show just before. */
  readonly after: Sighting | 'lead-answered';
  /** The kill comes this much later. */
  readonly delayMs: readonly [least: number, most: number];
}

export const POINTS = {
  'lead-answered': { after: 'lead-answered', delayMs: [0, 30] },
  'invite-leaves': { after: 'operator-invited', delayMs: [0, 30] },
  'operator-rings': { after: 'operator-invited', delayMs: [50, 900] },
  whisper: { after: 'operator-answered', delayMs: [50, 1100] },
  'accept-key': { after: 'operator-answered', delayMs: [ACCEPT_AFTER_MS, ACCEPT_AFTER_MS + 150] },
  'client-rings': { after: 'client-invited', delayMs: [20, 850] },
  talk: { after: 'client-answered', delayMs: [1000, 2500] },
  'hang-up': { after: 'client-hung-up', delayMs: [0, 40] },
  'client-busy': { after: 'client-refused', delayMs: [0, 2000] },
  'retry-wait': { after: 'operator-left', delayMs: [50, 1800] },
} as const satisfies Readonly<Record<string, Point>>;

/** Points of a first attempt that finds the client busy. */
const BUSY: readonly string[] = ['client-busy', 'retry-wait'];

export type PointName = keyof typeof POINTS;
export const POINT_NAMES = Object.keys(POINTS) as PointName[];

export interface PlannedPoint {
  readonly name: PointName;
  readonly after: Point['after'];
  readonly delayMs: number;
  /** Who accepts. */
  readonly operator: OperatorPlan;
  /** Rung together with the operator in every attempt. */
  readonly colleagues: readonly OperatorPlan[];
  /** E.164; each lead has a client of its own. */
  readonly number: string;
  /** `busy`: the first time he is called. */
  readonly client: 'busy' | 'free';
}

/** One phone in this many registers; the others are rung at their address. */
const REGISTERED_EVERY = 7;
const FIRST_NUMBER = 79_161_230_000;

/** Every name comes about equally often, in an order that the seed decides. */
export function planPoints(count: number, names: readonly PointName[], random: SeededRandom): PlannedPoint[] {
  const rounds = Array.from({ length: Math.ceil(count / names.length) }, () => random.shuffled(names));
  return rounds
    .flat()
    .slice(0, count)
    .map((name, index) => planned(name, index, random));
}

const COLLEAGUES = ['declines', 'rings-on'] as const;

function colleaguesOf(group: string, random: SeededRandom): readonly OperatorPlan[] {
  return random
    .shuffled(COLLEAGUES)
    .slice(0, random.next() < 0.5 ? 1 : 2)
    .map((manner) => ({ name: `${group}-${manner}`, group, manner, reached: 'by-uri' }));
}

function planned(name: PointName, index: number, random: SeededRandom): PlannedPoint {
  const { after, delayMs }: Point = POINTS[name];
  const group = `operator-${index + 1}`;
  return {
    name,
    after,
    delayMs: random.between(...delayMs),
    number: `+${FIRST_NUMBER + index}`,
    client: BUSY.includes(name) ? 'busy' : 'free',
    colleagues: colleaguesOf(group, random),
    operator: {
      name: group,
      group,
      manner: name === 'invite-leaves' ? 'silent' : 'rings',
      reached: index % REGISTERED_EVERY === 3 ? 'registered' : 'by-uri',
    },
  };
}

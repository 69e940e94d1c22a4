/** A chaos run: one lead a point, the controller killed at that point and started again, then the verdict. */
import { systemClock } from '../../sip/system.js';
import type { LeadView, PostedLead } from './api-client.js';
import { channelCount } from './event-socket.js';
import { isFinal } from './judge.js';
import { playPoint } from './play-point.js';
import { planPoints, type PointName } from './points.js';
import { seededRandom } from './seeded-random.js';
import { collectLead, judge, type CollectedLead, type Verdict } from './verdict.js';
import { poll } from './within.js';
import { openWorld, type World } from './world.js';

export interface ChaosOptions {
  readonly points: number;
  readonly seed: number;
  readonly names: readonly PointName[];
  readonly directory: string;
  readonly sabotage?: string;
  readonly say: (text: string) => void;
}

export interface ChaosReport extends Verdict {
  readonly points: number;
  readonly open_calls: number;
  readonly orphan_channels: number;
  /** Kills whose moment never came; they happened anyway. */
  readonly missed_moments: number;
  readonly seed: number;
  readonly seconds: number;
  /** From the kill to the next life's readiness, the slowest. */
  readonly slowest_restart_ms: number;
  readonly statuses: Readonly<Record<string, number>>;
}

/** After an attempt in doubt the program waits a minute longer than any ring before it calls again. */
const SETTLED = { everyMs: 500, deadlineMs: 240_000 } as const;
/** Calls end within seconds of their leads, channels within ten of their calls. */
const QUIET = { everyMs: 250, deadlineMs: 20_000 } as const;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const startedAt = systemClock.now();
  const points = planPoints(options.points, options.names, seededRandom(options.seed));
  const world = await openWorld({
    ...options,
    operators: points.flatMap(({ operator, colleagues }) => [operator, ...colleagues]),
  });
  const ended = await playAll(world, points, options).finally(() => world.close());
  const { outages } = world.controller;
  const { lost, rung_twice, ...verdict } = await judge(options.directory, ended.leads, outages);
  return {
    points: points.length,
    lost,
    rung_twice,
    open_calls: ended.openCalls,
    orphan_channels: ended.channels,
    ...verdict,
    missed_moments: ended.missed,
    seed: options.seed,
    seconds: Math.round((systemClock.now() - startedAt) / 1000),
    slowest_restart_ms: Math.round(
      Math.max(0, ...outages.map(({ killedAt, readyAt }) => readyAt - killedAt)),
    ),
    statuses: countBy(ended.leads.map(({ view }) => view.status)),
  };
}

interface Ended {
  readonly leads: readonly CollectedLead[];
  readonly openCalls: number;
  readonly channels: number;
  readonly missed: number;
}

async function playAll(
  world: World,
  points: ReturnType<typeof planPoints>,
  { say }: ChaosOptions,
): Promise<Ended> {
  await world.controller.start();
  const posted: PostedLead[] = [];
  let missed = 0;
  for (const [index, point] of points.entries()) {
    const { lead, moment } = await playPoint(world, point);
    posted.push(lead);
    if (moment === 'missed') missed += 1;
    say(`${index + 1}/${points.length} ${point.name}${moment === 'missed' ? ' (moment missed)' : ''}`);
  }
  say('no more kills; waiting for every lead to end');
  return { ...(await settle(world, posted)), missed };
}

/** Nothing is left to happen, or the time is up. */
async function settle(world: World, posted: readonly PostedLead[]): Promise<Omit<Ended, 'missed'>> {
  const { api, servers } = world;
  const deadline = systemClock.now() + SETTLED.deadlineMs;
  const views: LeadView[] = [];
  // One after the other: nobody has to be asked again who has come to his end.
  for (const { leadId } of posted) {
    const deadlineMs = deadline - systemClock.now();
    views.push(await poll(() => api.lead(leadId), isFinal, { ...SETTLED, deadlineMs }));
  }
  const openCalls = await poll(
    () => api.openCalls(),
    (count) => count === 0,
    QUIET,
  );
  const channels = await poll(
    () => channelCount(servers.freeswitch),
    (count) => count === 0,
    QUIET,
  );
  const pairs = views.flatMap((view, index) => {
    const lead = posted[index];
    return lead === undefined ? [] : [collectLead(world, lead, view)];
  });
  return { leads: await Promise.all(pairs), openCalls, channels };
}

function countBy(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

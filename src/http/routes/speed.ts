/** GET /v1/speed: how fast leads are called and talked with. */
import { z } from 'zod';
import { localTime } from '../../domain/schedule/keyed-time.js';
import {
  SPEED_GROUPINGS,
  speedBoard,
  WITHIN_SECONDS,
  type SpeedRow,
  type StageSpeed,
} from '../../domain/speed/board.js';
import type { HttpContext, HttpServer } from '../context.js';
import { instantOf, isoTime, time, zoneNamed } from '../schemas/common.js';

const WEEK_MS = 7 * 86_400_000;
/** More leads than this are not read at once: narrow the time. */
const MOST_LEADS = 200_000;

const stage = z.object({
  count: z.number(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  within_30: z.number(),
  within_60: z.number(),
  within_300: z.number(),
});
const boardSchema = z
  .object({
    from: time,
    to: time,
    by: z.enum(SPEED_GROUPINGS),
    items: z.array(
      z.object({
        key: z.string(),
        leads: z.number(),
        stages: z.object({ ring: stage, accept: stage, client_ring: stage, talk: stage }),
      }),
    ),
  })
  .meta({ id: 'SpeedBoard', description: 'Seconds from the moment a lead may be called to each stage' });

const query = z.object({
  from: time.optional().meta({ description: 'Default: a week before `to`' }),
  to: time.optional().meta({ description: 'Default: now' }),
  by: z.enum(SPEED_GROUPINGS).default('group'),
  time_zone: z.string().max(64).default('UTC').meta({ description: 'Of the hours, for `by=hour`' }),
});

function stageJson({ count, p50, p90, within }: StageSpeed): z.input<typeof stage> {
  const [first, second, third] = WITHIN_SECONDS.map((_, index) => within[index] ?? 0);
  return {
    count,
    p50: p50 ?? null,
    p90: p90 ?? null,
    within_30: first ?? 0,
    within_60: second ?? 0,
    within_300: third ?? 0,
  };
}

function rowJson({ key, leads, stages }: SpeedRow) {
  const { ring, accept, client_ring, talk } = stages;
  return {
    key,
    leads,
    stages: {
      ring: stageJson(ring),
      accept: stageJson(accept),
      client_ring: stageJson(client_ring),
      talk: stageJson(talk),
    },
  };
}

function hoursIn(timeZone: string): (at: number) => number {
  return (at) => Number(localTime(at, timeZone).slice(0, 2));
}

export function speedRoutes(server: HttpServer, { store, clock }: HttpContext): void {
  server.get('/v1/speed', {
    config: { scope: 'read' },
    schema: {
      summary: 'Speed to lead: received → ring → accept → client ring → talk',
      description: `p50 and p90 in seconds, and the share of leads within 30 s, 60 s and 5 min. The latest ${MOST_LEADS} leads of the time given.`,
      tags: ['reports'],
      querystring: query,
      response: { 200: boardSchema },
    },
    handler: async ({ query: asked }) => {
      const to = instantOf(asked.to) ?? clock.now();
      const from = instantOf(asked.from) ?? to - WEEK_MS;
      const hourOf = hoursIn(zoneNamed(asked.time_zone));
      const leads = await store.leads.speedOf({ from, to, limit: MOST_LEADS });
      const items = speedBoard(leads, asked.by, hourOf).map(rowJson);
      return { from: isoTime(from), to: isoTime(to), by: asked.by, items };
    },
  });
}

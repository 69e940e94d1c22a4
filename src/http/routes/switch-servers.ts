/** /v1/switch/servers: the drachtio-servers and FreeSWITCHes as they are now, and draining one for maintenance. */
import { z } from 'zod';
import type { SwitchServer } from '../../app/ports/switch.js';
import type { HttpContext, HttpServer } from '../context.js';
import { isoTime, time } from '../schemas/common.js';

const serverSchema = z
  .object({
    name: z.string(),
    side: z.enum(['signalling', 'media']),
    node: z.string().meta({ description: 'host:port of its control connection' }),
    state: z.enum(['connecting', 'ready', 'lost', 'closed']),
    since: time,
    standing: z.enum(['taking', 'silent', 'draining', 'down']).meta({
      description:
        'taking: it gets new calls; silent: its last question is not answered yet, it gets some only when no other ' +
        'can; draining: its calls go on, it gets none; down: not connected',
    }),
    legs: z.number().meta({ description: 'Legs of this process on it: 0 and draining can be stopped' }),
    phones: z.number().nullable().meta({
      description: 'Phones registered with a signalling server: those left behind when it is stopped',
    }),
    version: z.string().nullable(),
    load: z
      .object({
        at: time,
        sessions: z.number(),
        max_sessions: z.number(),
        sessions_this_second: z.number(),
        max_sessions_per_second: z.number(),
        idle_cpu: z.number().meta({ description: '0 to 1' }),
      })
      .nullable()
      .meta({ description: 'What a media server said of itself last' }),
  })
  .meta({ id: 'SwitchServer' });

function serverJson(server: SwitchServer): z.input<typeof serverSchema> {
  const { name, side, node, state, since, standing, legs, phones = null, version = null, load } = server;
  return {
    ...{ name, side, node, state, since: isoTime(since), standing, legs, phones, version },
    load:
      load === undefined
        ? null
        : {
            at: isoTime(load.at),
            sessions: load.sessions,
            max_sessions: load.maxSessions,
            sessions_this_second: load.sessionsThisSecond,
            max_sessions_per_second: load.maxSessionsPerSecond,
            idle_cpu: load.idleCpu,
          },
  };
}

const WISHES = {
  drain: 'Give a server no new calls; those on it go on. Survives restarts',
  undrain: 'Give a server calls again',
} as const;

export function switchServerRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/switch/servers', {
    config: { scope: 'read' },
    schema: {
      summary: 'Servers of the switch: state, load, whether they take calls',
      tags: ['control'],
      response: { 200: z.object({ items: z.array(serverSchema) }) },
    },
    handler: () => ({ items: app.switchServers().map(serverJson) }),
  });
  for (const wish of ['drain', 'undrain'] as const)
    server.post(`/v1/switch/servers/:name/${wish}`, {
      config: { scope: 'admin' },
      schema: {
        summary: WISHES[wish],
        tags: ['control'],
        params: z.object({ name: z.string().min(1).max(200) }),
        response: { 200: serverSchema },
      },
      handler: async ({ params: { name }, actor }) =>
        serverJson(await app.drainServer({ server: name, wish, by: actor })),
    });
}

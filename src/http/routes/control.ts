/** Health, metrics and the emergency stop. */
import { z } from 'zod';
import type { HttpContext, HttpServer } from '../context.js';

const checks = z.record(z.string(), z.object({ ok: z.boolean(), detail: z.string() }));

function healthRoutes(server: HttpServer, { readiness, metrics }: HttpContext): void {
  server.get('/healthz', {
    config: { scope: 'public' },
    schema: {
      summary: 'The process is alive',
      tags: ['health'],
      response: { 200: z.object({ status: z.literal('alive') }) },
    },
    handler: () => ({ status: 'alive' as const }),
  });
  server.get('/readyz', {
    config: { scope: 'public' },
    schema: {
      summary: 'Leads are taken and calls can be made',
      tags: ['health'],
      response: {
        200: z.object({ ready: z.boolean(), checks }),
        503: z.object({ ready: z.boolean(), checks }),
      },
    },
    handler: async (_request, reply) => {
      const { ready, checks: found } = await readiness();
      return reply.code(ready ? 200 : 503).send({ ready, checks: { ...found } });
    },
  });
  server.get('/metrics', {
    config: { scope: 'read' },
    schema: {
      summary: 'Prometheus metrics',
      tags: ['health'],
      response: { 200: { description: 'Text format', content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  });
}

function stopRoutes(server: HttpServer, { app }: HttpContext): void {
  const state = z.object({ calling: z.enum(['stopped', 'calling']), hung_up: z.number() });
  server.get('/v1/control/calling', {
    config: { scope: 'read' },
    schema: { summary: 'Is the emergency stop on?', tags: ['control'], response: { 200: state } },
    handler: async () => ({ calling: await app.callingStopped(), hung_up: 0 }),
  });
  server.put('/v1/control/calling', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Emergency stop: no new calls, ringing ones end; or lift it',
      tags: ['control'],
      body: z.strictObject({ calling: z.enum(['stopped', 'calling']) }),
      response: { 200: state },
    },
    handler: async (request) => {
      if (request.body.calling === 'stopped')
        return { calling: 'stopped' as const, hung_up: (await app.stopCalling('api')).hungUp };
      await app.resumeCalling('api');
      return { calling: 'calling' as const, hung_up: 0 };
    },
  });
}

export function controlRoutes(server: HttpServer, context: HttpContext): void {
  healthRoutes(server, context);
  stopRoutes(server, context);
}

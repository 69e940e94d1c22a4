/** Versions of the telephony: which there are, taking the files into use, going back. */
import { z } from 'zod';
import type { SetVersion } from '../../domain/routing/set-versions.js';
import type { HttpContext, HttpServer } from '../context.js';

const version = z.object({
  version: z.number(),
  hash: z.string(),
  applied_at: z.iso.datetime(),
  author: z.string(),
  source: z.enum(['start', 'file', 'signal', 'api', 'rollback']),
  percent: z.number(),
  changes: z.array(z.string()),
});

function versionJson({ number, appliedAt, changes, ...rest }: SetVersion): z.infer<typeof version> {
  const { hash, author, source, percent } = rest;
  return {
    version: number,
    hash,
    applied_at: new Date(appliedAt).toISOString(),
    author,
    source,
    percent,
    changes: [...changes],
  };
}

export function telephonyRoutes(server: HttpServer, { telephony, store }: HttpContext): void {
  server.get('/v1/telephony/versions', {
    config: { scope: 'read' },
    schema: {
      summary: 'Versions of the telephony, newest first',
      tags: ['telephony'],
      querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(200).default(20) }),
      response: {
        200: z.object({ items: z.array(version), state: z.object({ ok: z.boolean(), detail: z.string() }) }),
      },
    },
    handler: async (request) => ({
      items: (await store.telephonySets.latest(request.query.limit)).map(versionJson),
      state: { ...telephony.state() },
    }),
  });
  server.post('/v1/telephony/apply', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Take the files as they are now into use; below 100 percent for these callers only',
      tags: ['telephony'],
      body: z.strictObject({ percent: z.number().int().min(1).max(100).default(100) }),
      response: { 200: version },
    },
    handler: async (request) =>
      versionJson(
        await telephony.apply({ author: request.actor, source: 'api', percent: request.body.percent }),
      ),
  });
  server.post('/v1/telephony/rollback', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Back to a version, or to the one before the newest',
      tags: ['telephony'],
      body: z.strictObject({ version: z.number().int().min(1).optional() }),
      response: { 200: version },
    },
    handler: async (request) => versionJson(await telephony.rollback(request.actor, request.body.version)),
  });
}

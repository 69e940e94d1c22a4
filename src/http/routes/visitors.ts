/** /v1/visitors: what is known of a visitor; /v1/visits: sites that swap numbers on their own server open visits here. */
import { z } from 'zod';
import type { CallId, LeadId, VisitorId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { requireSite, webAddress } from '../dni/addresses.js';
import { readBody, requireProject, sessionBody, sessionReport } from '../dni/session-body.js';
import { idParams } from '../schemas/common.js';
import { snapshotJson, snapshotSchema, visitorJson, visitorSchema } from '../schemas/visitors.js';
import { callerOf, openedJson, openedSchema } from './dni.js';

const VISITS_SHOWN = 50;

/** The site's server speaks for the visitor's browser. */
const serverBody = sessionBody.extend({ ip: z.string().max(60), user_agent: z.string().max(2000) });

/** Of calls and leads alike: ids of ours are never used twice. */
function snapshotRoutes(server: HttpServer, { store }: HttpContext): void {
  for (const [path, what] of [
    ['/v1/calls/:id/visitor', 'call'],
    ['/v1/leads/:id/visitor', 'lead'],
  ] as const)
    server.get(path, {
      config: { scope: 'read' },
      schema: {
        summary: `The visitor behind a ${what}, as known when it came`,
        tags: ['visitors'],
        params: idParams,
        response: {
          200: z.object({ visitor: snapshotSchema.nullable().meta({ description: 'null: none is known' }) }),
        },
      },
      handler: async (request) => {
        const snapshot = await store.visitors.snapshotOf(request.params.id as CallId | LeadId);
        return { visitor: snapshot === undefined ? null : snapshotJson(snapshot) };
      },
    });
}

export function visitorRoutes(server: HttpServer, context: HttpContext): void {
  snapshotRoutes(server, context);

  server.get('/v1/visitors/:id', {
    config: { scope: 'read' },
    schema: {
      summary: 'One visitor: visits, touches, pages',
      tags: ['visitors'],
      params: idParams,
      response: { 200: visitorSchema },
    },
    handler: async (request) => {
      const id = request.params.id as VisitorId;
      const visitor = await context.store.visitors.byId(id);
      if (visitor === undefined) throw new Fault('not-found', `there is no visitor ${id}`);
      return visitorJson(visitor, await context.store.visitors.sessionsOf(id, VISITS_SHOWN));
    },
  });

  server.post('/v1/visits', {
    config: { scope: 'leads' },
    schema: {
      summary:
        'A page was opened, said by the site’s own server; as POST /dni/v1/session with `ip` and `user_agent`',
      tags: ['visitors'],
      body: z.unknown(),
      response: { 200: openedSchema },
    },
    handler: async (request) => {
      const body = readBody(serverBody, request.body);
      const project = requireProject(context.app.telephonySet().telephony.projects, body.project);
      requireSite(project, webAddress(body.url)?.origin);
      const caller = callerOf(context, body.ip, body.user_agent);
      const opened = await context.app.openSession(sessionReport(project, body, caller));
      return openedJson(opened, context.clock.now());
    },
  });
}

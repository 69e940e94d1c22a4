/** /v1/visitors: what is known of a visitor; /v1/visits: sites that swap numbers on their own server open visits here. */
import { z } from 'zod';
import type { VisitorId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { requireSite, webAddress } from '../dni/addresses.js';
import { readBody, requireProject, sessionBody, sessionReport } from '../dni/session-body.js';
import { idParams } from '../schemas/common.js';
import { visitorJson, visitorSchema } from '../schemas/visitors.js';
import { callerOf, openedJson, openedSchema } from './dni.js';

const VISITS_SHOWN = 50;

/** The site's server speaks for the visitor's browser. */
const serverBody = sessionBody.extend({ ip: z.string().max(60), user_agent: z.string().max(2000) });

export function visitorRoutes(server: HttpServer, context: HttpContext): void {
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

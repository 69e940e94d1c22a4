/** /v1/deals: deals (sales) of the CRM, told by it and listed with where their clients came from. */
import { z } from 'zod';
import type { DealFilter } from '../../app/ports/deal-store.js';
import { DEAL_STATUSES } from '../../domain/deals/deal.js';
import type { CallId, E164, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { HttpContext, HttpServer } from '../context.js';
import { instantOf, pageJson, pageOf, pageQuery, time } from '../schemas/common.js';
import { dealJson, dealReport, dealSchema } from '../schemas/deals.js';

const listQuery = pageQuery.extend({
  status: z.enum(DEAL_STATUSES).optional(),
  phone: z.string().optional().meta({ description: 'E.164' }),
  call_id: z.string().optional(),
  lead_id: z.string().optional(),
  external_id: z.string().optional(),
  project: z.string().optional(),
  from: time.optional().meta({ description: 'Begun then or later' }),
  to: time.optional(),
});

function filterOf(query: z.output<typeof listQuery>): DealFilter {
  const { limit, cursor, status, project } = query;
  return {
    limit,
    ...present({
      cursor,
      status,
      project,
      phone: query.phone as E164 | undefined,
      callId: query.call_id as CallId | undefined,
      leadId: query.lead_id as LeadId | undefined,
      externalId: query.external_id,
      from: instantOf(query.from),
      to: instantOf(query.to),
    }),
  };
}

export function dealRoutes(server: HttpServer, { app, store }: HttpContext): void {
  server.post('/v1/deals', {
    config: { scope: 'leads' },
    schema: {
      summary: 'The CRM tells of a deal: a new one, or what became of one it told before',
      description:
        'Any number of times: the report with the latest `at` counts. The client is found by call, lead, visitor or phone.',
      tags: ['deals'],
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      body: z.unknown().meta({ description: 'DealReport; JSON or form-urlencoded' }),
      response: {
        200: z.object({
          result: z.enum(['added', 'changed', 'same', 'stale']),
          deal: dealSchema,
        }),
      },
    },
    handler: async (request) => {
      const { result, deal } = await app.takeDeal(dealReport(request.body));
      return { result, deal: dealJson(deal) };
    },
  });

  server.get('/v1/deals', {
    config: { scope: 'read' },
    schema: {
      summary: 'Deals, newest first',
      tags: ['deals'],
      querystring: listQuery,
      response: { 200: pageOf(dealSchema) },
    },
    handler: async (request) => pageJson(await store.deals.list(filterOf(request.query)), dealJson),
  });
}

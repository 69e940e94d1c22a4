/** GET /v1/reports/leads and leads.csv: leads and calls of each form, advertisement, ad group or campaign. */
import { z } from 'zod';
import { TALLY_GROUPINGS, tallyCells, tallyColumns } from '../../domain/leads/lead-tally.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import { csvDocs, csvFile } from '../csv-file.js';
import { instantOf, time } from '../schemas/common.js';
import { leadTallyJson, leadTallySchema } from '../schemas/lead-tally.js';

const MONTH_MS = 30 * 86_400_000;

const query = z.object({
  by: z.enum(TALLY_GROUPINGS).default('form'),
  connection_id: z.string().max(64).optional(),
  from: time.optional().meta({ description: 'Default: 30 days before `to`' }),
  to: time.optional().meta({ description: 'Default: now' }),
});

function talliesOf({ app, clock }: HttpContext, asked: z.output<typeof query>) {
  const { by, connection_id: connection, from, to } = asked;
  const end = instantOf(to) ?? clock.now() + 1;
  return app.tallyLeads({
    ...{ by, to: end, from: instantOf(from) ?? end - MONTH_MS },
    ...(connection !== undefined && { connectionId: connection as ConnectionId }),
  });
}

export function leadTallyRoutes(server: HttpServer, context: HttpContext): void {
  server.get('/v1/reports/leads', {
    config: { scope: 'read' },
    schema: {
      summary: 'Leads and their calls by form, advertisement, ad group or campaign',
      tags: ['reports'],
      querystring: query,
      response: { 200: z.object({ items: z.array(leadTallySchema) }) },
    },
    handler: async (request) => ({ items: (await talliesOf(context, request.query)).map(leadTallyJson) }),
  });

  server.get('/v1/reports/leads.csv', {
    config: { scope: 'read' },
    schema: { ...csvDocs, querystring: query },
    handler: async (request, reply) => {
      const { by } = request.query;
      const tallies = await talliesOf(context, request.query);
      const rows = tallies.map((tally) => tallyCells(by, tally));
      return reply.send(csvFile(reply, { name: 'leads.csv', columns: tallyColumns(by), rows }));
    },
  });
}

/** GET /v1/reports/leads: leads and calls of each form, advertisement, ad group or campaign. */
import { z } from 'zod';
import { TALLY_GROUPINGS } from '../../domain/leads/lead-tally.js';
import type { ConnectionId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import { instantOf, time } from '../schemas/common.js';
import { leadTallyJson, leadTallySchema } from '../schemas/lead-tally.js';

const MONTH_MS = 30 * 86_400_000;

export function leadTallyRoutes(server: HttpServer, { app, clock }: HttpContext): void {
  server.get('/v1/reports/leads', {
    config: { scope: 'read' },
    schema: {
      summary: 'Leads and their calls by form, advertisement, ad group or campaign',
      tags: ['reports'],
      querystring: z.object({
        by: z.enum(TALLY_GROUPINGS).default('form'),
        connection_id: z.string().max(64).optional(),
        from: time.optional().meta({ description: 'Default: 30 days before `to`' }),
        to: time.optional().meta({ description: 'Default: now' }),
      }),
      response: { 200: z.object({ items: z.array(leadTallySchema) }) },
    },
    handler: async ({ query: { by, connection_id: connection, from, to } }) => {
      const end = instantOf(to) ?? clock.now() + 1;
      const tallies = await app.tallyLeads({
        ...{ by, to: end, from: instantOf(from) ?? end - MONTH_MS },
        ...(connection !== undefined && { connectionId: connection as ConnectionId }),
      });
      return { items: tallies.map(leadTallyJson) };
    },
  });
}

/** /v1/trunks and /v1/routes/explain: how carriers are, and why a number would go the way it goes now. */
import { z } from 'zod';
import { present } from '../../domain/values/present.js';
import type { HttpContext, HttpServer } from '../context.js';
import { routeJson, routeSchema, trunkStateJson, trunkStateSchema } from '../schemas/trunks.js';

export function trunkRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/trunks', {
    config: { scope: 'read' },
    schema: {
      summary: 'Registrations and gateways of the trunks, as the switch sees them',
      tags: ['trunks'],
      response: { 200: z.object({ items: z.array(trunkStateSchema) }) },
    },
    handler: () => ({ items: app.trunkStates().map(trunkStateJson) }),
  });
  server.get('/v1/routes/explain', {
    config: { scope: 'read' },
    schema: {
      summary: 'Which trunk and gateway would carry a number now, and what excludes the others',
      tags: ['trunks'],
      querystring: z.strictObject({
        number: z.string().min(2).max(40),
        country: z.string().length(2).optional(),
        trunk: z.string().optional(),
      }),
      response: { 200: routeSchema },
    },
    handler: async ({ query: { number, country, trunk } }) =>
      routeJson(await app.explainRoute({ number, ...present({ country, trunk }) })),
  });
}

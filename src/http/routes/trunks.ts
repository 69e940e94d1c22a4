/** /v1/trunks and /v1/routes/explain: how carriers are, and why a number would go the way it goes now. */
import { z } from 'zod';
import type { AuditedNumber } from '../../app/numbers/audit-numbers.js';
import type { E164 } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { routeJson, routeSchema, trunkStateJson, trunkStateSchema } from '../schemas/trunks.js';

/** One request must not run for hours. */
const MOST_AUDITED = 50;
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/);
const auditedSchema = z
  .object({
    number: z.string(),
    result: z.enum(['arrived', 'mis-routed', 'dead']),
    arrived_as: z.string().nullable(),
    arrived_on: z.string().nullable(),
    plan: z.string().nullable(),
    sip_status: z.number().nullable(),
  })
  .meta({ id: 'AuditedNumber' });

function auditedJson({ number, result, arrivedAs, arrivedOn, plan, sipStatus }: AuditedNumber) {
  return {
    ...{ number, result },
    arrived_as: arrivedAs ?? null,
    arrived_on: arrivedOn ?? null,
    plan: plan ?? null,
    sip_status: sipStatus ?? null,
  };
}

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
  server.post('/v1/numbers/audit', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Call own numbers through a trunk and see whether they come back as themselves',
      description: 'Takes up to 20 s a number. The calls are refused when they arrive: no phone rings.',
      tags: ['trunks'],
      body: z.strictObject({
        trunk: z.string(),
        caller_id: e164,
        numbers: z.array(e164).min(1).max(MOST_AUDITED),
      }),
      response: { 200: z.object({ items: z.array(auditedSchema) }) },
    },
    handler: async ({ body: { trunk, caller_id: callerId, numbers } }) => {
      if (app.trunkStates().every((state) => state.trunk !== trunk))
        throw new Fault('not-found', `there is no trunk ${trunk}`);
      const audited = await app.auditNumbers({
        trunk,
        callerId: callerId as E164,
        numbers: numbers as E164[],
      });
      return { items: audited.map(auditedJson) };
    },
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

/** /v1/trunks and /v1/routes/explain: how carriers are, and why a number would go the way it goes now. */
import { z } from 'zod';
import { AUDIT_RESULTS, type AuditedNumber } from '../../domain/numbers/audited-number.js';
import type { E164 } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import type { HttpContext, HttpServer } from '../context.js';
import { isoTime, time } from '../schemas/common.js';
import { routeJson, routeSchema, trunkStateJson, trunkStateSchema } from '../schemas/trunks.js';

/** One request must not run for hours. */
const MOST_AUDITED = 50;
const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/);
const auditedSchema = z
  .object({
    number: z.string(),
    result: z.enum(AUDIT_RESULTS),
    at: time,
    trunk: z.string(),
    arrived_as: z.string().nullable(),
    arrived_on: z.string().nullable(),
    plan: z.string().nullable(),
    sip_status: z.number().nullable(),
  })
  .meta({ id: 'AuditedNumber' });

function auditedJson({ number, result, at, trunk, ...found }: AuditedNumber): z.input<typeof auditedSchema> {
  return {
    ...{ number, result, trunk },
    at: isoTime(at),
    arrived_as: found.arrivedAs ?? null,
    arrived_on: found.arrivedOn ?? null,
    plan: found.plan ?? null,
    sip_status: found.sipStatus ?? null,
  };
}

export function trunkRoutes(server: HttpServer, context: HttpContext): void {
  const { app } = context;
  auditRoutes(server, context);
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

function auditRoutes(server: HttpServer, { app, store }: HttpContext): void {
  server.post('/v1/numbers/audit', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Call own numbers through a trunk and see whether they come back as themselves',
      description:
        'Takes up to 20 s a number. The calls are refused when they arrive: no phone rings. Trunk and caller id are those of the settings `audit` unless given.',
      tags: ['trunks'],
      body: z.strictObject({
        trunk: z.string().optional(),
        caller_id: e164.optional(),
        numbers: z.array(e164).min(1).max(MOST_AUDITED),
      }),
      response: { 200: z.object({ items: z.array(auditedSchema) }) },
    },
    handler: async ({ body: { trunk, caller_id: callerId, numbers } }) => {
      const audited = await app.auditNumbers({
        numbers: numbers as E164[],
        ...present({ trunk, callerId: callerId as E164 | undefined }),
      });
      return { items: audited.map(auditedJson) };
    },
  });
  server.get('/v1/numbers/audit', {
    config: { scope: 'read' },
    schema: {
      summary: 'What the last audit found of each number',
      tags: ['trunks'],
      querystring: z.strictObject({ result: z.enum(AUDIT_RESULTS).optional() }),
      response: { 200: z.object({ items: z.array(auditedSchema) }) },
    },
    handler: async ({ query: { result } }) => {
      const all = await store.numberAudits.list();
      return { items: all.filter((one) => result === undefined || one.result === result).map(auditedJson) };
    },
  });
}

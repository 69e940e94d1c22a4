/** /v1/do-not-call, and the leads that the gate holds: /v1/quarantine, release, refuse. */
import { z } from 'zod';
import type { ImportReport, NewDoNotCall } from '../../app/gate/do-not-call.js';
import type { TakenLead } from '../../app/leads/taken-lead.js';
import type { DoNotCall } from '../../app/ports/people.js';
import type { LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  idParams,
  instantOf,
  isoTime,
  isoTimeOrNull,
  optionalTime,
  pageJson,
  pageOf,
  pageQuery,
  time,
} from '../schemas/common.js';
import { leadAcceptedSchema, leadJson, leadSchema, reasonJson } from '../schemas/leads.js';

const entrySchema = z
  .object({
    phone: z.string(),
    reason: z.string(),
    by: z.string(),
    added_at: time,
    until: optionalTime,
  })
  .meta({ id: 'DoNotCall' });

const row = z.strictObject({
  phone: z.string().min(1).max(40),
  reason: z.string().max(500).optional(),
  until: time.optional(),
});
const country = z.string().length(2).optional();
const addBody = row.extend({ country }).meta({ id: 'AddDoNotCall' });
const importBody = z
  .strictObject({ country, entries: z.array(row).min(1).max(10_000) })
  .meta({ id: 'ImportDoNotCall' });

const reportSchema = z
  .object({
    added: z.number(),
    changed: z.number(),
    leads_ended: z.number(),
    refused: z.array(z.object({ row: z.number(), phone: z.string(), why: z.string() })),
  })
  .meta({ id: 'DoNotCallReport' });

function entryJson({ phone, reason, by, addedAt, until }: DoNotCall): z.input<typeof entrySchema> {
  return { phone, reason, by, added_at: isoTime(addedAt), until: isoTimeOrNull(until) };
}

function reportJson(report: ImportReport): z.input<typeof reportSchema> {
  const { added, changed, leadsEnded, refused } = report;
  return { added, changed, leads_ended: leadsEnded, refused: [...refused] };
}

function rowOf({ phone, reason, until }: z.output<typeof row>): NewDoNotCall {
  return { phone, ...present({ reason, until: instantOf(until) }) };
}

export function takenJson(taken: TakenLead): z.input<typeof leadAcceptedSchema> {
  const { leadId, status, willCallAt, reason } = taken;
  return {
    lead_id: leadId,
    status: status as z.input<typeof leadAcceptedSchema>['status'],
    will_call_at: isoTimeOrNull(willCallAt),
    reason: reasonJson(reason),
  };
}

function addRoutes(server: HttpServer, { app }: HttpContext): void {
  server.post('/v1/do-not-call', {
    config: { scope: 'leads' },
    schema: {
      summary: 'Never call this phone; what waits for it ends',
      tags: ['do-not-call'],
      body: addBody,
      response: { 200: reportSchema },
    },
    handler: async (request) => {
      const { country: of, ...entry } = request.body;
      const terms = { by: request.actor, ...present({ country: of }) };
      const report = await app.importDoNotCall([rowOf(entry)], terms);
      const [refused] = report.refused;
      if (refused !== undefined)
        throw new Fault('field-invalid', 'phone is no phone number', {
          fields: [{ field: 'phone', problem: refused.why }],
        });
      return reportJson(report);
    },
  });
  server.post('/v1/do-not-call/import', {
    config: { scope: 'leads' },
    schema: {
      summary: 'Many phones at once; rows that cannot be read are told, the others are listed',
      tags: ['do-not-call'],
      body: importBody,
      response: { 200: reportSchema },
    },
    handler: async (request) => {
      const { country: of, entries } = request.body;
      const terms = { by: request.actor, ...present({ country: of }) };
      return reportJson(await app.importDoNotCall(entries.map(rowOf), terms));
    },
  });
}

function doNotCallRoutes(server: HttpServer, context: HttpContext): void {
  addRoutes(server, context);
  server.get('/v1/do-not-call', {
    config: { scope: 'read' },
    schema: {
      summary: 'Phones that must not be called, latest first',
      tags: ['do-not-call'],
      querystring: pageQuery,
      response: { 200: pageOf(entrySchema) },
    },
    handler: async ({ query: { limit, cursor } }) =>
      pageJson(await context.store.doNotCall.list({ limit, ...present({ cursor }) }), entryJson),
  });
  server.delete('/v1/do-not-call/:phone', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Take a phone off the list',
      tags: ['do-not-call'],
      params: z.object({ phone: z.string().min(3).max(40) }),
      response: { 200: z.object({ removed: z.string() }) },
    },
    handler: async (request) => ({
      removed: await context.app.removeDoNotCall(request.params.phone, { by: request.actor }),
    }),
  });
}

function quarantineRoutes(server: HttpServer, { app, store }: HttpContext): void {
  server.get('/v1/quarantine', {
    config: { scope: 'read' },
    schema: {
      summary: 'Leads the gate holds for a person, newest first',
      tags: ['leads'],
      querystring: pageQuery,
      response: { 200: pageOf(leadSchema) },
    },
    handler: async ({ query: { limit, cursor } }) =>
      pageJson(await store.leads.list({ status: 'quarantined', limit, ...present({ cursor }) }), leadJson),
  });
  server.post('/v1/leads/:id/release', {
    config: { scope: 'leads' },
    schema: {
      summary: 'Let a lead out of quarantine; it is called as if it came now',
      tags: ['leads'],
      params: idParams,
      response: { 200: leadAcceptedSchema },
    },
    handler: async (request) => takenJson(await app.releaseLead(request.params.id as LeadId, request.actor)),
  });
  server.post('/v1/leads/:id/refuse', {
    config: { scope: 'leads' },
    schema: {
      summary: 'A lead in quarantine is not called',
      tags: ['leads'],
      params: idParams,
      response: { 200: leadAcceptedSchema },
    },
    handler: async (request) => takenJson(await app.refuseLead(request.params.id as LeadId)),
  });
}

export function gateRoutes(server: HttpServer, context: HttpContext): void {
  doNotCallRoutes(server, context);
  quarantineRoutes(server, context);
}

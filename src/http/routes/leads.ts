/** /v1/leads: intake, lists, one lead with its attempts, timeline and raw push, withdrawal. */
import { z } from 'zod';
import type { Rehearsal } from '../../app/leads/rehearse-lead.js';
import type { LeadFilter } from '../../app/ports/store.js';
import { LEAD_KINDS, type Lead } from '../../domain/leads/lead.js';
import type { ConnectionId, E164, FormId, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { once } from '../idempotency.js';
import { draftOfBody } from '../lead-body.js';
import { eventJson, eventSchema } from '../schemas/calls.js';
import {
  idParams,
  instantOf,
  isoTime,
  isoTimeOrNull,
  optionalTime,
  pageJson,
  pageOf,
  time,
} from '../schemas/common.js';
import {
  attemptJson,
  attemptSchema,
  leadAcceptedSchema,
  leadJson,
  leadListQuery,
  leadSchema,
  reasonJson,
} from '../schemas/leads.js';

const leadDetailSchema = leadSchema
  .extend({
    attempts: z.array(attemptSchema),
    time_spoken_in: z.string().nullable().meta({
      description: 'The call in which an operator said when to call: its `spoken-time` is to be heard',
    }),
    timeline: z.array(eventSchema),
    push: z
      .object({ push_id: z.string(), received_at: time, signature: z.string(), body: z.string() })
      .nullable()
      .meta({ description: 'The raw push, while it is kept' }),
  })
  .meta({ id: 'LeadDetail' });

const intakeDescription =
  'JSON or form-urlencoded. `phone`, `name`, `email`, `country`, `locale`, `group`, `call_at`, `kind`, `connection_id`, `form_id`, `external_id`, ' +
  '`utm_*`, `answers`; the names other trackers use (`fio`, `ga_cid`, `gcid`, `ya_cid`, `yaClientId`, …) are understood. Any other field is kept as an answer. ' +
  '`reason.text` of the answer is in the language of the lead, its form, its connection or its group. Honours Idempotency-Key.';

/** For the document only: lead-body.ts reads it, so that every field can come by another name. */
const leadBody = z.unknown().meta({
  type: 'object',
  additionalProperties: true,
  properties: {
    phone: { type: 'string', examples: ['+79161234567', '8 916 123-45-67'] },
    name: { type: 'string' },
    country: { type: 'string', description: 'Of a national number, e.g. RU' },
    call_at: { type: 'string', description: 'ISO-8601 with a zone, or Unix seconds' },
    group: { type: 'string', description: 'Operators’ group' },
    kind: { enum: LEAD_KINDS },
    form_id: { type: 'string' },
    connection_id: { type: 'string' },
    external_id: { type: 'string', description: 'The same entry is stored once' },
    utm: { type: 'object' },
    answers: { type: 'object' },
  },
});

function filterOf(query: z.output<typeof leadListQuery>): LeadFilter {
  return {
    limit: query.limit,
    ...present({
      cursor: query.cursor,
      status: query.status,
      formId: query.form_id as FormId | undefined,
      connectionId: query.connection_id as ConnectionId | undefined,
      phone: query.phone as E164 | undefined,
      from: instantOf(query.from),
      to: instantOf(query.to),
    }),
  };
}

/** Somebody has to set the time that this call's recording holds. */
async function spokenIn({ calls }: HttpContext['store'], { phone, reason }: Lead): Promise<string | null> {
  if (reason !== 'time-spoken' || phone === undefined) return null;
  const { items } = await calls.list({ phone, limit: SPOKEN_WITHIN });
  return items.find(({ outcome }) => outcome?.spoken !== undefined)?.id ?? null;
}

/** Calls of one client, newest first, among which it is looked for. */
const SPOKEN_WITHIN = 20;

async function leadDetail({ store }: HttpContext, id: LeadId): Promise<z.input<typeof leadDetailSchema>> {
  const lead = await store.leads.byId(id);
  if (lead === undefined) throw new Fault('not-found', `there is no lead ${id}`);
  const [attempts, events, push] = await Promise.all([
    store.attempts.ofLead(id),
    store.events.ofLead(id),
    lead.pushId === undefined ? undefined : store.pushes.byId(lead.pushId),
  ]);
  return {
    ...leadJson(lead),
    attempts: attempts.map(attemptJson),
    time_spoken_in: await spokenIn(store, lead),
    timeline: events.map(eventJson),
    push:
      push === undefined
        ? null
        : {
            push_id: push.id,
            received_at: isoTime(push.receivedAt),
            signature: push.signature,
            body: push.body,
          },
  };
}

function intakeRoute(server: HttpServer, context: HttpContext): void {
  server.post('/v1/leads', {
    config: { scope: 'leads' },
    schema: {
      summary: 'A lead to call back',
      description: intakeDescription,
      tags: ['leads'],
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      body: leadBody,
      response: { 202: leadAcceptedSchema },
    },
    handler: async (request, reply) => {
      const accepted = await once(context, request, {
        scope: 'leads',
        work: async () => {
          const taken = await context.app.takeLead(draftOfBody(request.body));
          return {
            lead_id: taken.duplicateOf ?? taken.leadId,
            status: taken.status,
            will_call_at: isoTimeOrNull(taken.willCallAt),
            reason: reasonJson(taken.reason, taken.locale),
          };
        },
      });
      return reply.code(202).send(accepted as z.input<typeof leadAcceptedSchema>);
    },
  });
}

const rehearsalSchema = z
  .object({
    status: z.string(),
    reason: z.object({ code: z.string(), text: z.string() }),
    will_call_at: optionalTime,
    policy: z.string().nullable(),
    group: z.string().nullable(),
    dialplan: z.string().nullable(),
    operators: z.array(z.object({ name: z.string(), standing: z.string() })),
    whisper: z.string().nullable(),
    explanation: z.array(z.string()),
    call_id: z
      .string()
      .nullable()
      .meta({ description: 'Of the call to the operators, when it was asked for and could be made' }),
  })
  .meta({ id: 'LeadRehearsal' });

function rehearsalJson(rehearsal: Rehearsal): z.input<typeof rehearsalSchema> {
  return {
    status: rehearsal.status,
    reason: reasonJson(rehearsal.reason, rehearsal.locale),
    will_call_at: isoTimeOrNull(rehearsal.willCallAt),
    policy: rehearsal.policy ?? null,
    group: rehearsal.group ?? null,
    dialplan: rehearsal.dialplan ?? null,
    operators: rehearsal.operators.map(({ name, standing }) => ({ name, standing })),
    whisper: rehearsal.whisper ?? null,
    explanation: [...rehearsal.explanation],
    call_id: rehearsal.callId ?? null,
  };
}

function rehearsalRoute(server: HttpServer, context: HttpContext): void {
  server.post('/v1/leads/test', {
    config: { scope: 'leads' },
    schema: {
      summary: 'What would become of this lead; nothing is stored',
      description:
        'The body of POST /v1/leads. With `?ring=operators` the operators’ phones ring and hear the whisper; no client is called. Honours Idempotency-Key.',
      tags: ['leads'],
      consumes: ['application/json', 'application/x-www-form-urlencoded'],
      querystring: z.object({ ring: z.enum(['operators', 'nobody']).default('nobody') }),
      body: leadBody,
      response: { 200: rehearsalSchema },
    },
    handler: (request) => {
      const { ring } = request.query;
      const work = async () => rehearsalJson(await context.app.rehearseLead(draftOfBody(request.body), ring));
      return once(context, request, { scope: `test-lead-${ring}`, work });
    },
  });
}

export function leadRoutes(server: HttpServer, context: HttpContext): void {
  intakeRoute(server, context);
  rehearsalRoute(server, context);

  server.get('/v1/leads', {
    config: { scope: 'read' },
    schema: {
      summary: 'Leads, newest first',
      tags: ['leads'],
      querystring: leadListQuery,
      response: { 200: pageOf(leadSchema) },
    },
    handler: async (request) => pageJson(await context.store.leads.list(filterOf(request.query)), leadJson),
  });

  server.get('/v1/leads/:id', {
    config: { scope: 'read' },
    schema: {
      summary: 'One lead: answers, attempts, timeline, raw push',
      tags: ['leads'],
      params: idParams,
      response: { 200: leadDetailSchema },
    },
    handler: async (request) => leadDetail(context, request.params.id as LeadId),
  });

  server.post('/v1/leads/:id/withdraw', {
    config: { scope: 'leads' },
    schema: {
      summary: 'No more attempts for this lead',
      tags: ['leads'],
      params: idParams,
      response: { 200: z.object({ result: z.enum(['withdrawn', 'already-final']) }) },
    },
    handler: async (request) => ({
      result: (await context.app.withdrawLead(request.params.id as LeadId, 'api')).kind,
    }),
  });
}

/** /v1/deliveries: what webhooks and destinations were told, what became of it, and telling it again. */
import { z } from 'zod';
import { DELIVERY_STATES, type Delivery, type Exchange } from '../../app/ports/delivery-store.js';
import { DESTINATION_KINDS } from '../../domain/destinations/destination.js';
import type { CallId, EventId, LeadId } from '../../domain/values/ids.js';
import { present } from '../../domain/values/present.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  isoTime,
  isoTimeOrNull,
  optionalTime,
  pageJson,
  pageOf,
  pageQuery,
  time,
} from '../schemas/common.js';

const deliverySchema = z
  .object({
    event_id: z.string().meta({ description: 'The stable id that the receiver dedupes by' }),
    receiver: z.string().meta({ description: 'Name of the webhook or destination' }),
    event: z.string(),
    created_at: time,
    state: z.enum(DELIVERY_STATES),
    tries: z.number(),
    note: z
      .string()
      .nullable()
      .meta({ description: 'Why it waits, was skipped or given up; what the receiver said' }),
    next_try_at: optionalTime,
    call_id: z.string().nullable(),
    lead_id: z.string().nullable(),
  })
  .meta({ id: 'Delivery' });

const exchangeSchema = z.object({ at: time, what: z.string(), request: z.string(), answer: z.string() });

const listQuery = pageQuery.extend({
  state: z.enum(DELIVERY_STATES).optional(),
  receiver: z.string().optional(),
  call_id: z.string().optional(),
  lead_id: z.string().optional(),
});

const params = z.object({ receiver: z.string().min(1).max(100), event_id: z.string().min(1).max(64) });

export function deliveryJson(delivery: Delivery): z.input<typeof deliverySchema> {
  const { id, endpoint, body, createdAt, state, tries, lastError, retryAt, callId, leadId } = delivery;
  return {
    event_id: id,
    receiver: endpoint,
    event: (JSON.parse(body) as { readonly type?: string }).type ?? '',
    created_at: isoTime(createdAt),
    state,
    tries,
    note: lastError ?? null,
    next_try_at: state === 'waiting' ? isoTimeOrNull(retryAt) : null,
    call_id: callId ?? null,
    lead_id: leadId ?? null,
  };
}

function exchangeJson({ at, what, request, answer }: Exchange): z.input<typeof exchangeSchema> {
  return { at: isoTime(at), what, request, answer };
}

function filterOf(query: z.output<typeof listQuery>) {
  const { limit, cursor, state, receiver: endpoint, call_id: callId, lead_id: leadId } = query;
  return {
    limit,
    ...present({
      cursor,
      state,
      endpoint,
      callId: callId as CallId | undefined,
      leadId: leadId as LeadId | undefined,
    }),
  };
}

export function deliveryRoutes(server: HttpServer, context: HttpContext): void {
  const { app, store } = context;
  destinationRoute(server, context);

  server.get('/v1/deliveries', {
    config: { scope: 'read' },
    schema: {
      summary: 'Deliveries to webhooks and destinations, newest first',
      tags: ['deliveries'],
      querystring: listQuery,
      response: { 200: pageOf(deliverySchema) },
    },
    handler: async (request) => pageJson(await store.outbox.list(filterOf(request.query)), deliveryJson),
  });

  server.get('/v1/deliveries/:receiver/:event_id', {
    config: { scope: 'read' },
    schema: {
      summary: 'One delivery with what was said at each try, without secrets, phones and names',
      tags: ['deliveries'],
      params,
      response: { 200: deliverySchema.extend({ exchanges: z.array(exchangeSchema) }) },
    },
    handler: async (request) => {
      const { receiver, event_id: id } = request.params;
      const delivery = await store.outbox.byId(id as EventId, receiver);
      if (delivery === undefined) throw new Fault('not-found', `there is no delivery ${id} to ${receiver}`);
      const exchanges = await store.exchanges.ofDelivery(delivery.id, receiver);
      return { ...deliveryJson(delivery), exchanges: exchanges.map(exchangeJson) };
    },
  });

  server.post('/v1/deliveries/:receiver/:event_id/resend', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Send it again, under the same id',
      tags: ['deliveries'],
      params,
      response: { 200: deliverySchema },
    },
    handler: async (request) => {
      const { receiver, event_id: id } = request.params;
      return deliveryJson(await app.resendDelivery(receiver, id as EventId));
    },
  });
}

function destinationRoute(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/destinations', {
    config: { scope: 'read' },
    schema: {
      summary: 'CRMs, analytics and ad platforms that are told, as the telephony names them',
      tags: ['deliveries'],
      response: {
        200: z.object({
          items: z.array(
            z.object({
              name: z.string(),
              kind: z.enum(DESTINATION_KINDS),
              on: z.record(z.string(), z.string()),
            }),
          ),
        }),
      },
    },
    handler: () => ({
      items: Object.values(app.telephonySet().telephony.destinations ?? {}).map(({ name, kind, on }) => ({
        name,
        kind,
        on: { ...on },
      })),
    }),
  });
}

/** /v1/people/:phone: what is stored about a person, and forgetting it. */
import { z } from 'zod';
import type { StoredCallOf, StoredLeadOf } from '../../app/people/person.js';
import type { HttpContext, HttpServer } from '../context.js';
import {
  callJson,
  callSchema,
  eventJson,
  eventSchema,
  legJson,
  legSchema,
  recordingJson,
  recordingSchema,
} from '../schemas/calls.js';
import { isoTime, isoTimeOrNull, optionalTime, time } from '../schemas/common.js';
import { dealJson, dealSchema } from '../schemas/deals.js';
import { attemptJson, attemptSchema, leadJson, leadSchema } from '../schemas/leads.js';

const params = z.object({ phone: z.string().min(3).max(40) });

const personSchema = z
  .object({
    phone: z.string(),
    leads: z.array(
      leadSchema.extend({
        attempts: z.array(attemptSchema),
        timeline: z.array(eventSchema),
        push: z.string().nullable(),
      }),
    ),
    calls: z.array(
      callSchema.extend({
        legs: z.array(legSchema),
        recordings: z.array(recordingSchema),
        timeline: z.array(eventSchema),
      }),
    ),
    deals: z.array(dealSchema),
    do_not_call: z
      .object({ reason: z.string(), by: z.string(), added_at: time, until: optionalTime })
      .nullable(),
  })
  .meta({ id: 'Person' });

const erasedSchema = z
  .object({
    leads: z.number(),
    calls: z.number(),
    recordings: z.number(),
    events: z.number(),
    deliveries: z.number(),
    pushes: z.number(),
    deals: z.number(),
  })
  .meta({ id: 'ErasedPerson' });

function storedLeadJson({ lead, attempts, events, push }: StoredLeadOf) {
  return {
    ...leadJson(lead),
    attempts: attempts.map(attemptJson),
    timeline: events.map(eventJson),
    push: push?.body ?? null,
  };
}

function storedCallJson({ call, legs, recordings, events }: StoredCallOf) {
  return {
    ...callJson(call),
    legs: legs.map((leg) => legJson(leg)),
    recordings: recordings.map(recordingJson),
    timeline: events.map(eventJson),
  };
}

export function peopleRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/people/:phone', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Everything stored about a phone',
      tags: ['people'],
      params,
      response: { 200: personSchema },
    },
    handler: async (request) => {
      const { phone, leads, calls, deals, doNotCall } = await app.exportPerson(request.params.phone);
      const listed = doNotCall && {
        reason: doNotCall.reason,
        by: doNotCall.by,
        added_at: isoTime(doNotCall.addedAt),
        until: isoTimeOrNull(doNotCall.until),
      };
      return {
        phone,
        leads: leads.map(storedLeadJson),
        calls: calls.map(storedCallJson),
        deals: deals.map(dealJson),
        do_not_call: listed ?? null,
      };
    },
  });
  server.delete('/v1/people/:phone', {
    config: { scope: 'admin' },
    schema: {
      summary: 'Forget a person: leads, calls, recordings, events, raw pushes, deals',
      description: 'Rows stay for counts, without the person. An entry of the do-not-call list stays.',
      tags: ['people'],
      params,
      response: { 200: erasedSchema },
    },
    handler: (request) => app.erasePerson(request.params.phone, request.actor),
  });
}

/** /v1/calls: click-to-call, lists, one call with its legs and timeline, commands to a running call. */
import { z } from 'zod';
import type { CallAnnotation } from '../../app/calls/orders/annotate-call.js';
import type { ClickMessage, ClickToCall, StartRefusal } from '../../app/calls/begin/click-to-call.js';
import type { CallCommand } from '../../app/calls/orders/command-call.js';
import type { CallFilter } from '../../app/ports/store.js';
import { CALL_MARKS } from '../../domain/calls/call.js';
import { present } from '../../domain/values/present.js';
import type { CallId, E164, LeadId } from '../../domain/values/ids.js';
import { Fault, type ErrorCode } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { once } from '../idempotency.js';
import {
  callDetailSchema,
  callJson,
  callListQuery,
  callSchema,
  eventJson,
  legJson,
  recordingJson,
} from '../schemas/calls.js';
import { idParams, instantOf, pageJson, pageOf, time } from '../schemas/common.js';

const messageBody = z
  .strictObject({
    text: z.string().min(1).max(2000).optional(),
    prompt: z.string().min(1).max(100).optional(),
  })
  .refine(({ text, prompt }) => (text === undefined) !== (prompt === undefined), {
    message: 'give text or prompt',
  })
  .meta({ description: 'A text to speak, or a recorded prompt of the catalogue' });

const startBody = z
  .strictObject({
    number: z.string().min(3).max(40),
    country: z.string().length(2).optional(),
    policy: z.string().optional(),
    operator: z.string().optional(),
    operator_number: z
      .string()
      .min(3)
      .max(40)
      .optional()
      .meta({ description: 'Rings this number as the operator’s side' }),
    order: z.enum(['operator-first', 'client-first']).optional(),
    messages: z
      .strictObject({ operator: messageBody.optional(), client: messageBody.optional() })
      .optional()
      .meta({
        description:
          'The first party hears its message while the other is rung, until that one answers; the second hears its own before they talk',
      }),
    dtmf: z
      .string()
      .regex(/^[0-9*#]{1,32}$/)
      .optional()
      .meta({ description: 'Keys sent to the number once it has answered, e.g. an extension' }),
    client_name: z.string().max(200).optional(),
    caller_id: z.string().optional().meta({ description: 'Shown to the number' }),
    operator_caller_id: z.string().optional().meta({ description: 'Shown to the operator’s mobile' }),
    external_id: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta({ description: 'The same id again is the same call' }),
    tags: z.array(z.string().max(50)).max(50).optional(),
  })
  .meta({ id: 'StartCall' });

const commandBody = z
  .discriminatedUnion('command', [
    z.strictObject({ command: z.literal('hang-up') }),
    z.strictObject({ command: z.literal('pause-recording') }),
    z.strictObject({ command: z.literal('resume-recording') }),
    z.strictObject({
      command: z.literal('pick-up'),
      operator: z.string().min(1).max(64).meta({ description: 'Who picks the parked party up' }),
    }),
    z.strictObject({ command: z.literal('tag'), tags: z.array(z.string().max(50)).min(1).max(50) }),
  ])
  .meta({ id: 'CallCommand' });

/** Talks end and calls are admitted by the second: this is worth another try. */
const OVERLOAD_SECONDS = 5;

interface Refusal {
  readonly code: ErrorCode;
  readonly text: string;
  readonly field?: string;
}

const REFUSALS: Readonly<Record<StartRefusal, Refusal>> = {
  'phone-invalid': { code: 'field-invalid', text: 'number cannot be dialled', field: 'number' },
  'operator-number-invalid': {
    code: 'field-invalid',
    text: 'operator_number cannot be dialled',
    field: 'operator_number',
  },
  'no-policy': {
    code: 'field-invalid',
    text: 'there is no active callback policy of this name',
    field: 'policy',
  },
  'no-operator': { code: 'conflict', text: 'no operator can take the call' },
  'stopped-calling': { code: 'stopped-calling', text: 'the emergency stop is on' },
  'switch-unavailable': { code: 'switch-unavailable', text: 'the switch is not connected' },
  'too-many-calls': { code: 'rate-limited', text: 'this machine carries as many calls as it can' },
  channels: { code: 'conflict', text: 'all channels of the trunk are in use' },
  'do-not-call': { code: 'conflict', text: 'this number is on the do-not-call list' },
  'trunk-down': { code: 'switch-unavailable', text: 'no carrier that may take the call is up' },
  'destination-denied': {
    code: 'field-invalid',
    text: 'no trunk may carry this number; `dialtrace route explain` says why',
    field: 'number',
  },
  'emergency-number': {
    code: 'field-invalid',
    text: 'emergency numbers are not dialled',
    field: 'number',
  },
  'phone-busy': { code: 'conflict', text: 'this number is being called already' },
};

function filterOf(query: z.output<typeof callListQuery>): CallFilter {
  return {
    limit: query.limit,
    ...present({
      cursor: query.cursor,
      leadId: query.lead_id as LeadId | undefined,
      disposition: query.disposition,
      phone: query.phone as E164 | undefined,
      operator: query.operator,
      open: query.open,
      from: instantOf(query.from),
      to: instantOf(query.to),
    }),
  };
}

/** Texts that were spoken, in order, from the timeline. */
function spokenTexts(
  events: readonly { readonly name: string; readonly payload: Readonly<Record<string, unknown>> }[],
): string[] {
  return events
    .filter((event) => event.name === 'prompt.spoken')
    .map((event) => String(event.payload['text']));
}

async function callDetail({ store }: HttpContext, id: CallId): Promise<z.input<typeof callDetailSchema>> {
  const call = await store.calls.byId(id);
  if (call === undefined) throw new Fault('not-found', `there is no call ${id}`);
  const [legs, recordings, events, qualities] = await Promise.all([
    store.calls.legsOf(id),
    store.recordings.ofCall(id),
    store.events.ofCall(id),
    store.signalling.qualitiesOf(id),
  ]);
  return {
    ...callJson(call),
    legs: legs.map((leg) =>
      legJson(
        leg,
        qualities.find(({ legId }) => legId === leg.id),
      ),
    ),
    recordings: recordings.map(recordingJson),
    timeline: events.map(eventJson),
    prompts: spokenTexts(events),
  };
}

function clickOf(body: z.output<typeof startBody>): ClickToCall {
  const { number, country, policy, operator, order, tags, messages, dtmf } = body;
  return {
    number,
    ...present({
      country,
      policy,
      operator,
      order,
      tags,
      keys: dtmf,
      operatorNumber: body.operator_number,
      clientName: body.client_name,
      callerId: body.caller_id,
      operatorCallerId: body.operator_caller_id,
      externalId: body.external_id,
      messages:
        messages && present({ operator: wordsOf(messages.operator), client: wordsOf(messages.client) }),
    }),
  };
}

function wordsOf(message: z.output<typeof messageBody> | undefined): ClickMessage | undefined {
  if (message?.text !== undefined) return { kind: 'text', text: message.text };
  return message?.prompt === undefined ? undefined : { kind: 'prompt', prompt: message.prompt };
}

/** Throws a Fault that says why no call was made. */
async function startedCall({ app }: HttpContext, body: z.output<typeof startBody>): Promise<CallId> {
  const started = await app.startCall(clickOf(body));
  if (started.kind === 'started') return started.callId;
  const { code, text, field } = REFUSALS[started.why];
  throw new Fault(code, text, {
    ...(field !== undefined && { fields: [{ field, problem: text }] }),
    ...(code === 'rate-limited' && { retryAfterSeconds: OVERLOAD_SECONDS }),
  });
}

function startRoute(server: HttpServer, context: HttpContext): void {
  server.post('/v1/calls', {
    config: { scope: 'calls' },
    schema: {
      summary: 'Click to call: an operator is rung, then the number, or the other way round',
      description: 'Honours Idempotency-Key.',
      tags: ['calls'],
      body: startBody,
      response: { 202: z.object({ call_id: z.string() }) },
    },
    handler: async (request, reply) => {
      const callId = await once(context, request, {
        scope: 'calls',
        work: () => startedCall(context, request.body),
      });
      return reply.code(202).send({ call_id: callId });
    },
  });
}

function commandRoute(server: HttpServer, { app }: HttpContext): void {
  server.post('/v1/calls/:id/commands', {
    config: { scope: 'calls' },
    schema: {
      summary: 'Command a running call',
      tags: ['calls'],
      params: idParams,
      body: commandBody,
      response: { 202: z.object({ accepted: z.literal('yes') }) },
    },
    handler: async (request, reply) => {
      const { command, ...rest } = request.body;
      const outcome = await app.commandCall(request.params.id as CallId, request.actor, {
        kind: command,
        ...rest,
      } as CallCommand);
      if (outcome.kind === 'refused')
        throw new Fault('conflict', `the call cannot be commanded: ${outcome.why}`);
      return reply.code(202).send({ accepted: 'yes' as const });
    },
  });
}

const annotationBody = z
  .strictObject({
    tags: z.array(z.string().min(1).max(50)).max(50).optional(),
    outcome: z
      .strictObject({
        mark: z.enum(CALL_MARKS),
        reason: z.string().min(1).max(50).optional(),
        later_at: time.optional(),
      })
      .optional(),
    note: z.string().max(4000).optional(),
  })
  .meta({ id: 'CallAnnotation' });

function annotationOf({ tags, outcome, note }: z.output<typeof annotationBody>): CallAnnotation {
  const said = outcome && {
    mark: outcome.mark,
    ...present({ reason: outcome.reason, laterAt: instantOf(outcome.later_at) }),
  };
  return present({ tags, note, outcome: said });
}

function annotateRoute(server: HttpServer, { app }: HttpContext): void {
  server.patch('/v1/calls/:id', {
    config: { scope: 'calls' },
    schema: {
      summary: 'Tags, outcome and note of a call',
      description:
        '`tags` replaces those there are. `outcome.mark` `blacklist` puts the phone on the do-not-call list; `later` with `later_at` after a talk makes a new lead for that time.',
      tags: ['calls'],
      params: idParams,
      body: annotationBody,
      response: { 200: callSchema },
    },
    handler: async (request) =>
      callJson(
        await app.annotateCall(request.params.id as CallId, annotationOf(request.body), request.actor),
      ),
  });
}

export function callRoutes(server: HttpServer, context: HttpContext): void {
  const { store } = context;
  startRoute(server, context);
  commandRoute(server, context);
  annotateRoute(server, context);

  server.get('/v1/calls', {
    config: { scope: 'read' },
    schema: {
      summary: 'Calls, newest first',
      tags: ['calls'],
      querystring: callListQuery,
      response: { 200: pageOf(callSchema) },
    },
    handler: async (request) => pageJson(await store.calls.list(filterOf(request.query)), callJson),
  });

  server.get('/v1/calls/:id', {
    config: { scope: 'read' },
    schema: {
      summary: 'One call: legs, recordings, timeline, prompts spoken',
      tags: ['calls'],
      params: idParams,
      response: { 200: callDetailSchema },
    },
    handler: async (request) => callDetail(context, request.params.id as CallId),
  });
}

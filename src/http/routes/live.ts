/** /v1/live: the calls that go on now, and supervision of their talks. */
import { z } from 'zod';
import type { LiveCall } from '../../app/calls/call-registry.js';
import { MEMBER_CHANGES, MEMBERS, SUPERVISION_MODES } from '../../domain/calls/supervision.js';
import type { CallId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { idParams, isoTime, isoTimeOrNull, optionalTime, time } from '../schemas/common.js';

const liveCallSchema = z
  .object({
    call_id: z.string(),
    direction: z.string(),
    state: z.string(),
    started_at: time,
    bridged_at: optionalTime,
    lead_id: z.string().nullable(),
    client_number: z.string().nullable(),
    operator: z.string().nullable(),
    display: z.string().nullable(),
    adopted_at: optionalTime,
    legs: z.array(z.object({ leg: z.string(), role: z.string(), party: z.string(), state: z.string() })),
    supervisors: z.array(
      z.object({ operator: z.string(), mode: z.string(), state: z.string(), by: z.string() }),
    ),
  })
  .meta({ id: 'LiveCall' });

const supervisionBody = z
  .strictObject({
    action: z.enum([...SUPERVISION_MODES, ...MEMBER_CHANGES, 'take-over', 'leave', 'move']),
    operator: z.string().min(1).max(100),
    member: z.enum(MEMBERS).optional(),
  })
  .meta({
    id: 'Supervision',
    description:
      'listen: the operator named here is rung and hears the talk; whisper: the talking operator hears him too; ' +
      'whisper-client: the client does; barge: both do; three-way: he sits in a conference with both, which the talking ' +
      'operator may leave to him; mute, unmute, deaf, undeaf: of that conference `member` (default: the supervisor) ' +
      'is not heard or hears nobody; take-over: he takes the place of the talking operator; ' +
      'leave: he hangs up; move: the operator named here is rung and gets the call',
  });

const REFUSALS: Readonly<Record<string, string>> = {
  closed: 'the call is over',
  elsewhere: 'another process owns the call',
  adopted: 'the talk outlived its process; it can only be hung up',
  'no-talk': 'nobody talks in this call now',
  'no-conference': 'the operator named is in no conference with the two who talk',
  'no-device': 'no phone of this operator can be reached',
};

function liveJson(call: LiveCall): z.input<typeof liveCallSchema> {
  return {
    call_id: call.callId,
    direction: call.direction,
    state: call.state,
    started_at: isoTime(call.startedAt),
    bridged_at: isoTimeOrNull(call.bridgedAt),
    lead_id: call.leadId ?? null,
    client_number: call.clientNumber ?? null,
    operator: call.operator ?? null,
    display: call.display ?? null,
    adopted_at: isoTimeOrNull(call.adoptedAt),
    legs: call.legs.map(({ ref, role, party, state }) => ({ leg: ref, role, party, state })),
    supervisors: call.supervisors.map(({ operator, mode, state, by }) => ({ operator, mode, state, by })),
  };
}

export function liveRoutes(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/live', {
    config: { scope: 'read' },
    schema: {
      summary: 'Calls that go on now in this process, with their legs and supervisors',
      tags: ['live'],
      response: { 200: z.object({ items: z.array(liveCallSchema) }) },
    },
    handler: () => ({ items: app.liveCalls().map(liveJson) }),
  });

  server.post('/v1/live/:id/supervision', {
    config: { scope: 'supervise' },
    schema: {
      summary: 'Listen to a talk, speak into it, take it over, move it to another operator',
      description: 'Each is told in the timeline of the call, with the name of the key that ordered it.',
      tags: ['live'],
      params: idParams,
      body: supervisionBody,
      response: { 202: z.object({ accepted: z.literal('yes') }) },
    },
    handler: async (request, reply) => {
      const callId = request.params.id as CallId;
      const outcome = await app.superviseCall({ callId, by: request.actor, ...request.body });
      if (outcome.kind === 'refused') throw new Fault('conflict', REFUSALS[outcome.why] ?? outcome.why);
      return reply.code(202).send({ accepted: 'yes' as const });
    },
  });
}

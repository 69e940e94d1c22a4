/** What was seen of a call on the wire: messages, ladder, capture file, INVITEs to gateways; and calls that were refused. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { CallId } from '../../domain/values/ids.js';
import type { LegRecord } from '../../domain/calls/call.js';
import { ladderSvg, ladderText, type LadderLeg } from '../../domain/signalling/ladder.js';
import { summaryOf, type SipTrace } from '../../domain/signalling/signalling.js';
import { Fault } from '../../errors.js';
import { writePcap, type CapturedMessage } from '../../wire/pcap.js';
import type { HttpContext, HttpServer } from '../context.js';
import { idParams } from '../schemas/common.js';

const time = z.iso.datetime();
const messageSchema = z
  .object({
    leg_id: z.string(),
    at: time,
    direction: z.enum(['in', 'out']),
    summary: z.string(),
    protocol: z.string(),
    remote: z.string().nullable(),
    text: z.string(),
  })
  .meta({ id: 'SipMessage' });
const attemptSchema = z
  .object({
    leg_id: z.string(),
    trunk: z.string(),
    gateway: z.string(),
    hop: z.string().nullable(),
    started_at: time,
    ended_at: time,
    sip_status: z.number().nullable(),
    post_dial_delay_ms: z.number().nullable(),
    outcome: z.enum(['answered', 'ended', 'next-gateway']),
    why: z.string(),
  })
  .meta({ id: 'GatewayAttempt' });
const rejectionSchema = z
  .object({
    at: time,
    from: z.string(),
    protocol: z.string().nullable(),
    dnis: z.string(),
    ani: z.string(),
    sip_status: z.number(),
    why: z.string(),
  })
  .meta({ id: 'Rejection' });

const iso = (at: number): string => new Date(at).toISOString();

interface Seen {
  readonly legs: readonly LegRecord[];
  readonly traces: readonly SipTrace[];
}

async function seenOf({ store }: HttpContext, id: CallId): Promise<Seen> {
  if ((await store.calls.byId(id)) === undefined) throw new Fault('not-found', `there is no call ${id}`);
  const [legs, traces] = await Promise.all([store.calls.legsOf(id), store.signalling.ofCall(id)]);
  return { legs, traces };
}

const ladderLegs = (legs: readonly LegRecord[]): readonly LadderLeg[] =>
  legs.map(({ id, role, party }) => ({ id, title: `${role} ${party}` }));

/** `address:port` → both; what is not told is 0.0.0.0:0. */
function endpointOf(place: string | undefined): CapturedMessage['from'] {
  const parts = /^\[?([^\]]*?)\]?:(\d+)$/.exec(place ?? '');
  return { address: parts?.[1] ?? '0.0.0.0', port: Number(parts?.[2] ?? 0) };
}

/** The signalling server tells one end of each message; the other is taken from the leg's other messages. */
function capturesOf({ traces }: Seen): readonly CapturedMessage[] {
  return traces.map(({ legId, at, direction, text, remote, local }) => {
    const ofLeg = traces.filter((trace) => trace.legId === legId);
    const theirs = endpointOf(remote ?? ofLeg.find((trace) => trace.remote !== undefined)?.remote);
    const ours = endpointOf(local ?? ofLeg.find((trace) => trace.local !== undefined)?.local);
    return { at, text, ...(direction === 'in' ? { from: theirs, to: ours } : { from: ours, to: theirs }) };
  });
}

function messageRoutes(server: HttpServer, context: HttpContext): void {
  server.get('/v1/calls/:id/signalling', {
    config: { scope: 'read' },
    schema: {
      summary: 'SIP messages of a call, secrets removed, and its INVITEs to gateways',
      description: 'Kept for `store.keepSignallingDays`.',
      tags: ['calls'],
      params: idParams,
      response: { 200: z.object({ messages: z.array(messageSchema), attempts: z.array(attemptSchema) }) },
    },
    handler: async ({ params: { id } }) => {
      const { traces } = await seenOf(context, id as CallId);
      const attempts = await context.store.signalling.attemptsOf(id as CallId);
      return {
        messages: traces.map((trace) => ({
          leg_id: trace.legId,
          at: iso(trace.at),
          direction: trace.direction,
          summary: summaryOf(trace.text),
          protocol: trace.protocol,
          remote: trace.remote ?? null,
          text: trace.text,
        })),
        attempts: attempts.map((attempt) => ({
          leg_id: attempt.legId,
          trunk: attempt.trunk,
          gateway: attempt.gateway,
          hop: attempt.hop ?? null,
          started_at: iso(attempt.startedAt),
          ended_at: iso(attempt.endedAt),
          sip_status: attempt.sipStatus ?? null,
          post_dial_delay_ms: attempt.postDialDelayMs ?? null,
          outcome: attempt.outcome,
          why: attempt.why,
        })),
      };
    },
  });
}

function pictureRoutes(server: HttpServer, context: HttpContext): void {
  const content = (type: string) => ({ description: type, content: { [type]: { schema: z.string() } } });
  server.get('/v1/calls/:id/ladder.txt', {
    config: { scope: 'read' },
    schema: {
      summary: 'SIP ladder of a call',
      tags: ['calls'],
      params: idParams,
      response: { 200: content('text/plain') },
    },
    handler: async ({ params: { id } }, reply) => {
      const { legs, traces } = await seenOf(context, id as CallId);
      return reply.type('text/plain; charset=utf-8').send(ladderText(ladderLegs(legs), traces));
    },
  });
  server.get('/v1/calls/:id/ladder.svg', {
    config: { scope: 'read' },
    schema: {
      summary: 'SIP ladder as a picture',
      tags: ['calls'],
      params: idParams,
      response: { 200: content('image/svg+xml') },
    },
    handler: async ({ params: { id } }, reply) => {
      const { legs, traces } = await seenOf(context, id as CallId);
      return reply.type('image/svg+xml').send(ladderSvg(ladderLegs(legs), traces));
    },
  });
  server.get('/v1/calls/:id/signalling.pcap', {
    config: { scope: 'read' },
    schema: {
      summary: 'The signalling of a call for Wireshark',
      tags: ['calls'],
      params: idParams,
      response: { 200: content('application/vnd.tcpdump.pcap') },
    },
    handler: async ({ params: { id } }, reply) => {
      const capture = writePcap(capturesOf(await seenOf(context, id as CallId)));
      void reply.header('content-disposition', `attachment; filename="${id}.pcap"`);
      return sendBytes(reply, capture);
    },
  });
}

/** Bytes under a schema that says text: OpenAPI has no other word for them. */
function sendBytes(reply: FastifyReply, bytes: Buffer): FastifyReply {
  return reply.type('application/vnd.tcpdump.pcap').send(bytes);
}

function rejectionRoute(server: HttpServer, { app }: HttpContext): void {
  server.get('/v1/rejections', {
    config: { scope: 'read' },
    schema: {
      summary: 'Calls that were refused before they became one, newest first',
      description: 'The last 500 of this process.',
      tags: ['calls'],
      querystring: z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) }),
      response: { 200: z.object({ items: z.array(rejectionSchema) }) },
    },
    handler: ({ query: { limit } }) => ({
      items: app.rejections(limit).map(({ at, sipStatus, protocol, ...rest }) => ({
        ...rest,
        at: iso(at),
        protocol: protocol ?? null,
        sip_status: sipStatus,
      })),
    }),
  });
}

export function signallingRoutes(server: HttpServer, context: HttpContext): void {
  messageRoutes(server, context);
  pictureRoutes(server, context);
  rejectionRoute(server, context);
}

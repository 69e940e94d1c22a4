/** /v1/calls/:id/recording and …/spoken-time: the WAVs of a call, whole or by Range (RFC 9110 §14). */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RecordingRecord } from '../../domain/calls/call.js';
import { SPOKEN_TIME_BOX } from '../../domain/dialplan/directives.js';
import type { CallId } from '../../domain/values/ids.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { idParams } from '../schemas/common.js';

const wav = { 'audio/wav': { schema: z.string().meta({ format: 'binary' }) } };

/** Inclusive bytes; `unsatisfiable` → 416. Several ranges are answered with the whole file, as the RFC allows. */
export type ByteRange =
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'whole' }
  | { readonly kind: 'unsatisfiable' };

export function parseRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=(?:(?<first>\d+)-(?<last>\d*)|-(?<suffix>\d+))$/.exec(header?.trim() ?? '');
  if (match?.groups === undefined) return { kind: 'whole' };
  const { first, last, suffix } = match.groups;
  const from = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first);
  const to = last === undefined || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? { kind: 'unsatisfiable' } : { kind: 'part', first: from, last: to };
}

/** What may be heard of a call; of several times that were spoken the last one counts. */
const HEARD = {
  recording: {
    name: 'recording',
    choose: (all: readonly RecordingRecord[]) => all.filter(({ box }) => box !== SPOKEN_TIME_BOX),
  },
  'spoken-time': {
    name: 'spoken time',
    choose: (all: readonly RecordingRecord[]) =>
      all.filter(({ box }) => box === SPOKEN_TIME_BOX).toReversed(),
  },
} as const;

async function readyRecording(
  { store }: HttpContext,
  callId: CallId,
  kind: keyof typeof HEARD,
): Promise<RecordingRecord> {
  const { name, choose } = HEARD[kind];
  const recordings = choose(await store.recordings.ofCall(callId));
  const ready = recordings.find((recording) => recording.state === 'ready');
  if (ready !== undefined) return ready;
  const state = recordings.at(-1)?.state;
  throw new Fault(
    'not-found',
    state === undefined ? `call ${callId} has no ${name}` : `the ${name} of call ${callId} is ${state}`,
  );
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  name: string,
): Promise<FastifyReply> {
  const size = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined) throw new Fault('not-found', 'the file of this recording is gone');
  const range = parseRange(request.headers.range, size);
  if (range.kind === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${size}`).send();
  void reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-type': 'audio/wav',
    'content-disposition': `inline; filename="${name}"`,
  });
  if (range.kind === 'whole') return reply.header('content-length', size).send(createReadStream(path));
  void reply.headers({
    'content-range': `bytes ${range.first}-${range.last}/${size}`,
    'content-length': range.last - range.first + 1,
  });
  return reply.code(206).send(createReadStream(path, { start: range.first, end: range.last }));
}

const linkParams = z.object({ id: z.string().min(1).max(64), name: z.string().max(120) });

/** Only there when links are given out. Whoever has the link may listen; other links are nothing. */
function linkRoute(server: HttpServer, context: HttpContext): void {
  const { recordingLinks, clock } = context;
  if (recordingLinks === undefined) return;
  server.get('/recordings/:id/:name', {
    config: { scope: 'public' },
    schema: {
      summary: 'The recording by a link that a CRM was given',
      tags: ['calls'],
      params: linkParams,
      response: {
        200: { description: 'The whole file', content: wav },
        206: { description: 'The bytes asked for', content: wav },
      },
    },
    handler: async (request, reply) => {
      const { id, name } = request.params;
      if (recordingLinks.isOurs(id, name, clock.now()) !== 'yes')
        throw new Fault('not-found', 'there is no recording here, or the link is too old');
      const recording = await readyRecording(context, id as CallId, 'recording');
      return sendFile(request, reply, recording.path, `${recording.callId}.wav`);
    },
  });
}

const SUMMARIES = {
  recording: 'The recording as WAV; Range is honoured (416 without a body when there are no such bytes)',
  'spoken-time': 'What the operator said of when the client wants to be called, as WAV; Range is honoured',
} as const;

export function recordingRoutes(server: HttpServer, context: HttpContext): void {
  linkRoute(server, context);
  wavRoute(server, context, 'recording');
  wavRoute(server, context, 'spoken-time');
}

function wavRoute(server: HttpServer, context: HttpContext, kind: keyof typeof HEARD): void {
  server.get(`/v1/calls/:id/${kind}`, {
    config: { scope: 'listen' },
    schema: {
      summary: SUMMARIES[kind],
      tags: ['calls'],
      params: idParams,
      response: {
        200: { description: 'The whole file', content: wav },
        206: { description: 'The bytes asked for', content: wav },
      },
    },
    handler: async (request, reply) => {
      const recording = await readyRecording(context, request.params.id as CallId, kind);
      return sendFile(
        request,
        reply,
        recording.path,
        kind === 'recording' ? `${recording.callId}.wav` : `${recording.callId}-${kind}.wav`,
      );
    },
  });
}

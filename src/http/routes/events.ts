/** /v1/events: committed events as Server-Sent Events. `Last-Event-ID` (or `?after=`) resumes without a gap. */
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { TimelineEvent } from '../../domain/calls/events.js';
import type { EventId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import { eventJson } from '../schemas/calls.js';

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off and resumes by Last-Event-ID; otherwise its backlog would grow in memory. */
const MAX_BUFFERED_BYTES = 1_048_576;
const REPLAY_PAGE = 500;

const frame = (event: TimelineEvent): string =>
  `id: ${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(eventJson(event))}\n\n`;

/** Sends what was committed after `lastId`, page by page; returns the ids sent, which live events may repeat. */
async function replay(
  { store }: HttpContext,
  response: ServerResponse,
  lastId: string | undefined,
): Promise<Set<string>> {
  const sent = new Set<string>();
  let after = lastId as EventId | undefined;
  while (after !== undefined) {
    const events: readonly TimelineEvent[] = await store.events.after(after, REPLAY_PAGE);
    for (const event of events) {
      response.write(frame(event));
      sent.add(event.id);
    }
    after = events.length === REPLAY_PAGE ? events.at(-1)?.id : undefined;
  }
  return sent;
}

async function stream(
  context: HttpContext,
  response: ServerResponse,
  lastId: string | undefined,
): Promise<void> {
  const waiting: TimelineEvent[] = [];
  let deliver = (event: TimelineEvent): void => void waiting.push(event);
  const unsubscribe = context.events.subscribe((event) => deliver(event));
  const beat = (): (() => void) =>
    context.clock.after(HEARTBEAT_MS, () => {
      response.write(': beat\n\n');
      cancelBeat = beat();
    });
  let cancelBeat = beat();
  response.on('close', () => {
    unsubscribe();
    cancelBeat();
  });
  const sent = await replay(context, response, lastId);
  deliver = (event) => {
    if (sent.delete(event.id)) return;
    if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
    else response.write(frame(event));
  };
  waiting.forEach(deliver);
}

export function eventRoutes(server: HttpServer, context: HttpContext): void {
  server.get('/v1/events', {
    config: { scope: 'read' },
    schema: {
      summary: 'Live events (Server-Sent Events)',
      tags: ['events'],
      querystring: z.object({ after: z.string().optional(), access_token: z.string().optional() }),
    },
    handler: async (request, reply) => {
      reply.hijack();
      const header = request.headers['last-event-id'];
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      reply.raw.write(': open\n\n');
      await stream(context, reply.raw, typeof header === 'string' ? header : request.query.after);
    },
  });
}

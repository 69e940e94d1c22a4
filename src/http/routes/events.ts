/** /v1/events: committed events as Server-Sent Events. `Last-Event-ID` (or `?after=`) resumes without a gap. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { TimelineEvent } from '../../domain/calls/events.js';
import type { EventId } from '../../domain/values/ids.js';
import type { HttpContext, HttpServer } from '../context.js';
import { eventJson } from '../schemas/calls.js';

const HEARTBEAT_MS = 15_000;
/** A reader this far behind is cut off and resumes by Last-Event-ID; otherwise its backlog would grow in memory. */
const MAX_BUFFERED_BYTES = 1_048_576;
const MAX_WAITING_EVENTS = 10_000;
const REPLAY_PAGE = 500;
/** An event is published this soon after its commit at the latest, so older ones cannot come twice. */
const PUBLISHED_WITHIN_MS = 60_000;

const frame = (event: TimelineEvent): string =>
  `id: ${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(eventJson(event))}\n\n`;

/** Waits for a slow reader, so that a long replay is not kept in memory; rejects when it is gone. */
async function writeAll(response: ServerResponse, text: string, gone: AbortSignal): Promise<void> {
  gone.throwIfAborted();
  if (!response.write(text)) await once(response, 'drain', { signal: gone });
}

/** Sends what was committed after `lastId`, page by page; returns the ids sent that live events may repeat. */
async function replay(
  { store, clock }: HttpContext,
  response: ServerResponse,
  { lastId, gone }: Reader,
): Promise<Set<string>> {
  const sent = new Set(lastId === undefined ? [] : [lastId]);
  const since = clock.now() - PUBLISHED_WITHIN_MS;
  let after = lastId as EventId | undefined;
  while (after !== undefined) {
    const events: readonly TimelineEvent[] = await store.events.after(after, REPLAY_PAGE);
    await writeAll(response, events.map(frame).join(''), gone);
    for (const event of events) if (event.at >= since) sent.add(event.id);
    after = events.length === REPLAY_PAGE ? events.at(-1)?.id : undefined;
  }
  return sent;
}

interface Reader {
  readonly lastId: string | undefined;
  /** Aborted when the connection closes. */
  readonly gone: AbortSignal;
}

interface LiveFeed {
  readonly unsubscribe: () => void;
  /** From here on live, without those that the replay has sent. */
  readonly release: (sent: Set<string>) => void;
}

interface Source extends Omit<Reader, 'gone'> {
  readonly feed: LiveFeed;
  readonly count: StreamCounter;
}

type StreamCounter = (what: 'opened' | 'closed') => void;

function streamCounter({ meter }: HttpContext): StreamCounter {
  let open = 0;
  return (what) => {
    open += what === 'opened' ? 1 : -1;
    meter.observe('dialtrace_event_streams', open);
  };
}

/**
 * Events that were published while older ones are still being replayed wait until it is their turn. Throws Fault
 * `rate-limited` when too many streams are open.
 */
function liveFeed(context: HttpContext, response: ServerResponse): LiveFeed {
  const waiting: TimelineEvent[] = [];
  const wait = (event: TimelineEvent): void => {
    if (waiting.push(event) > MAX_WAITING_EVENTS) response.destroy();
  };
  let deliver = wait;
  const unsubscribe = context.events.subscribe((event) => deliver(event));
  return {
    unsubscribe,
    release: (sent) => {
      deliver = (event) => {
        if (sent.delete(event.id)) return;
        if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
        else response.write(frame(event));
      };
      waiting.forEach(deliver);
    },
  };
}

/** A comment line now and then shows both sides that the connection lives. Answers how to stop. */
function keepAlive({ clock }: HttpContext, response: ServerResponse): () => void {
  const beat = (): (() => void) =>
    clock.after(HEARTBEAT_MS, () => {
      response.write(': beat\n\n');
      cancel = beat();
    });
  let cancel = beat();
  return () => cancel();
}

async function stream(context: HttpContext, response: ServerResponse, source: Source): Promise<void> {
  const { feed, lastId, count } = source;
  const stopBeat = keepAlive(context, response);
  const gone = new AbortController();
  count('opened');
  response.on('close', () => {
    count('closed');
    feed.unsubscribe();
    stopBeat();
    gone.abort();
  });
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  response.write(': open\n\n');
  feed.release(await replay(context, response, { lastId, gone: gone.signal }));
}

export function eventRoutes(server: HttpServer, context: HttpContext): void {
  const count = streamCounter(context);
  server.get('/v1/events', {
    config: { scope: 'read' },
    schema: {
      summary: 'Live events (Server-Sent Events)',
      tags: ['events'],
      querystring: z.object({ after: z.string().optional(), access_token: z.string().optional() }),
      response: {
        200: { description: 'A stream of events', content: { 'text/event-stream': { schema: z.string() } } },
      },
    },
    handler: async (request, reply) => {
      const header = request.headers['last-event-id'];
      const lastId = typeof header === 'string' ? header : request.query.after;
      const feed = liveFeed(context, reply.raw);
      reply.hijack();
      // A reader that is gone, or a store that failed: it comes back with its Last-Event-ID.
      await stream(context, reply.raw, { feed, lastId, count }).catch(() => reply.raw.destroy());
    },
  });
}

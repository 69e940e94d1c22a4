/** Measures every answered request by its route; streams of events are counted where they are served. */
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../app/ports/ports.js';

/** They last as long as their reader stays, which says nothing of how fast we answer. */
const STREAMS: ReadonlySet<string | undefined> = new Set(['/v1/events']);

export function installRequestMetrics(server: FastifyInstance, meter: Pick<Metrics, 'observe'>): void {
  server.addHook('onResponse', (request, reply, done) => {
    const { url: route = 'none' } = request.routeOptions;
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    if (!STREAMS.has(route))
      meter.observe('dialtrace_http_request_seconds', reply.elapsedTime / 1000, labels);
    done();
  });
}

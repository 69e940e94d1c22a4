/**
 * Headers that keep a browser from doing with our answers what we did not mean: the page runs its own scripts only,
 * nobody frames it, and its address (which may hold a key) is not told to other sites.
 */
import type { FastifyInstance } from 'fastify';
import { lineFor, originOf, type SoftphoneOptions } from './softphone-line.js';

/** Styles are inline because the page's components and the API viewer set them on elements; sound is played from blobs. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "media-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** The softphone's WebSocket may be on another port or host than the page. */
export function installSecurityHeaders(server: FastifyInstance, softphone: SoftphoneOptions): void {
  server.addHook('onRequest', (request, reply, done) => {
    const connect = ["'self'", 'blob:', originOf(lineFor(softphone, request))].filter(Boolean).join(' ');
    void reply.headers({
      ...HEADERS,
      'content-security-policy': `${CONTENT_SECURITY_POLICY}; connect-src ${connect}`,
    });
    done();
  });
}

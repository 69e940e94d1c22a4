/** /v1/softphone: how the console's phone reaches the switch. Its password is the operator's, and no business of ours. */
import { z } from 'zod';
import type { HttpContext, HttpServer } from '../context.js';
import type { HttpOptions } from '../server.js';
import { lineFor } from '../softphone-line.js';

const softphoneSchema = z
  .object({
    web_socket: z.string().nullable().meta({ description: 'SIP over WebSocket (RFC 7118); null: see why' }),
    why: z.string().nullable(),
    realm: z.string(),
    ice_servers: z.array(
      z.object({ urls: z.string(), username: z.string().optional(), credential: z.string().optional() }),
    ),
  })
  .meta({ id: 'Softphone' });

export function softphoneRoutes(server: HttpServer, _context: HttpContext, { softphone }: HttpOptions): void {
  server.get('/v1/softphone', {
    config: { scope: 'read' },
    schema: {
      summary: 'Where the browser softphone registers',
      description:
        'The operator signs in there with his SIP user and password; they are not part of the answer.',
      tags: ['operators'],
      response: { 200: softphoneSchema },
    },
    handler: (request) => {
      const line = lineFor(softphone, request);
      return {
        web_socket: line.kind === 'open' ? line.url : null,
        why: line.kind === 'closed' ? line.why : null,
        realm: softphone.realm,
        ice_servers: softphone.iceServers.map((each) => ({ ...each })),
      };
    },
  });
}

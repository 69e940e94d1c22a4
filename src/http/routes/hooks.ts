/**
 * /hooks/<source>/:connection: pushes of lead sources. 401 when the signature does not match, 400 when it is not JSON,
 * 413 when too large, 503 + Retry-After when it could not be stored; otherwise 200 once the raw push is stored, with
 * what became of each entry.
 */
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Connection, PushResult } from '../../domain/leads/lead.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { isoTimeOrNull, optionalTime } from '../schemas/common.js';
import { reasonJson } from '../schemas/leads.js';
import { parseSafeJson } from '../safe-json.js';
import { checkTiktokSignature, type SignedPush } from '../tiktok-signature.js';

const takenSchema = z
  .object({
    push_id: z.string(),
    results: z.array(
      z.object({
        external_id: z.string().nullable(),
        result: z.string(),
        lead_id: z.string().nullable(),
        why: z.string().nullable(),
        status: z.string().nullable(),
        will_call_at: optionalTime,
        reason: z.object({ code: z.string(), text: z.string() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'TakenPush' });

/** Entries that are leads are answered as `POST /v1/leads` would answer them. */
function resultJson({
  externalId,
  result,
  leadId,
  why,
  answer,
}: PushResult): z.input<typeof takenSchema>['results'][number] {
  return {
    external_id: externalId ?? null,
    result,
    lead_id: leadId ?? null,
    why: why ?? null,
    status: answer?.status ?? null,
    will_call_at: isoTimeOrNull(answer?.willCallAt),
    reason: answer === undefined ? null : reasonJson(answer.reason, answer.locale),
  };
}

async function secretOf({ secrets }: HttpContext, connection: Connection): Promise<string | undefined> {
  return connection.secretRef === undefined ? undefined : secrets.get(connection.secretRef);
}

async function verified(context: HttpContext, connection: Connection, push: SignedPush) {
  const check = checkTiktokSignature(
    push,
    await secretOf(context, connection),
    Math.floor(context.clock.now() / 1000),
  );
  if (!check.ok) throw new Fault('signature-invalid', check.why);
  return check.form;
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

export function hookRoutes(server: HttpServer, context: HttpContext): void {
  // The raw bytes are what is signed, so nothing may parse them before.
  void server.register((hooks, _options, done) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));

    hooks.withTypeProvider<ZodTypeProvider>().post('/hooks/tiktok/:connection', {
      config: { scope: 'public' },
      schema: {
        summary: 'TikTok lead pushes',
        tags: ['hooks'],
        params: z.object({ connection: z.string().min(1).max(100) }),
        response: { 200: takenSchema },
      },
      handler: async (request) => {
        const connection = await context.app.findConnection('tiktok', request.params.connection);
        if (connection === undefined)
          throw new Fault('not-found', `there is no TikTok connection ${request.params.connection}`);
        const body: Buffer = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const signature = await verified(context, connection, {
          body,
          openSignature: single(request.headers['x-open-signature']),
          tiktokSignature: single(request.headers['tiktok-signature']),
        });
        const text = body.toString('utf8');
        const taken = await context.app.takePush({
          connectionId: connection.id,
          body: text,
          parsed: parseSafeJson(text),
          signature,
        });
        return {
          push_id: taken.pushId,
          results: taken.results.map(resultJson),
        };
      },
    });
    done();
  });
}

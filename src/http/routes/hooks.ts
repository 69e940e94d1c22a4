/**
 * /hooks/<source>/:connection: pushes of lead sources. 401 when the signature does not match, 400 when it is not JSON,
 * 413 when too large, 503 + Retry-After when it could not be stored; otherwise 200 once the raw push is stored, with
 * what became of each entry.
 */
import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Connection, Push, PushResult, PushSource } from '../../domain/leads/lead.js';
import { LEAD_SOURCES } from '../../domain/leads/sources.js';
import { Fault } from '../../errors.js';
import type { HttpContext, HttpServer } from '../context.js';
import { HOOKS, type HookRow } from '../hooks/hook-rows.js';
import type { SignedPush } from '../hooks/signed-push.js';
import { isoTimeOrNull, optionalTime } from '../schemas/common.js';
import { reasonJson } from '../schemas/leads.js';

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

const params = z.object({ connection: z.string().min(1).max(100) });
const query = z.object({ token: z.string().max(500).optional() });

function pushOf({ body, headers }: FastifyRequest, token: string | undefined, now: number): SignedPush {
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    token,
    nowSeconds: Math.floor(now / 1000),
  };
}

async function connectionOf({ app }: HttpContext, source: PushSource, named: string): Promise<Connection> {
  const connection = await app.findConnection(LEAD_SOURCES[source].kinds, named);
  if (connection === undefined) throw new Fault('not-found', `there is no ${source} connection ${named}`);
  return connection;
}

async function verified(
  { secrets }: HttpContext,
  { check }: HookRow,
  { secretRef }: Connection,
  push: SignedPush,
): Promise<Push['signature']> {
  const secret = secretRef === undefined ? undefined : await secrets.get(secretRef);
  // Without a secret no push can be believed.
  if (secret === undefined || secret === '')
    throw new Fault('signature-invalid', 'the connection has no secret');
  const checked = check(push, secret);
  if (!checked.ok) throw new Fault('signature-invalid', checked.why);
  return checked.form;
}

function hookRoute(hooks: HttpServer, context: HttpContext, source: PushSource): void {
  const row = HOOKS[source];
  hooks.withTypeProvider<ZodTypeProvider>().post(`/hooks/${source}/:connection`, {
    config: { scope: 'public' },
    schema: {
      summary: row.summary,
      description: row.description,
      tags: ['hooks'],
      params,
      querystring: query,
      response: { 200: takenSchema },
    },
    handler: async (request) => {
      const connection = await connectionOf(context, source, request.params.connection);
      const push = pushOf(request, request.query.token, context.clock.now());
      const signature = await verified(context, row, connection, push);
      const body = push.body.toString('utf8');
      const taken = await context.app.takePush({ source, connection, body, signature });
      return { push_id: taken.pushId, results: taken.results.map(resultJson) };
    },
  });
}

export function hookRoutes(server: HttpServer, context: HttpContext): void {
  // The raw bytes are what is signed, so nothing may parse them before.
  void server.register((hooks, _options, done) => {
    hooks.removeAllContentTypeParsers();
    hooks.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
    for (const source of Object.keys(HOOKS) as readonly PushSource[]) hookRoute(hooks, context, source);
    done();
  });
}
